def render_comparison(runs): return "<html></html>"
