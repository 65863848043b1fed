"""All futures as one program, with what is decided beforehand shared among them."""
