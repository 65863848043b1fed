def render_run(run): return "<html></html>"
