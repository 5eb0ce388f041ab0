"""One way to say how sure a metric is per file; `radzoo.metrics.INTERVALS` lists them."""
