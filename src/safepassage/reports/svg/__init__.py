"""Drawing in SVG: marks, scales, text widths, labels."""
