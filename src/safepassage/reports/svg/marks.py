"""Small pieces of SVG. Colours are classes, so that the page's style sheet sets them."""

from __future__ import annotations

from collections.abc import Sequence

from safepassage.reports.svg.markup import Attribute, Child, Markup, coordinate, element

Point = tuple[float, float]


def drawing(
    width: float, height: float, *children: Child, label: str | None = None, class_: str = ""
) -> Markup:
    """One SVG picture; without a label it is hidden from screen readers (the text says it)."""
    return element(
        "svg",
        *children,
        viewBox=f"0 0 {coordinate(width)} {coordinate(height)}",
        width=float(width),
        height=float(height),
        class_=class_ or None,
        role="img" if label else None,
        aria_label=label,
        aria_hidden=None if label else "true",
        focusable="false",
    )


def text(
    x: float, y: float, words: str, class_: str = "", anchor: str = "start", **more: Attribute
) -> Markup:
    """One line of real text; `y` is its baseline."""
    return element(
        "text",
        words,
        x=float(x),
        y=float(y),
        class_=class_ or None,
        text_anchor=None if anchor == "start" else anchor,
        **more,
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str, **more: Attribute) -> Markup:
    """A straight line."""
    return element(
        "line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=class_, **more
    )


def rect(x: float, y: float, width: float, height: float, class_: str, **more: Attribute) -> Markup:
    """A rectangle; a negative size is drawn as nothing."""
    return element(
        "rect",
        x=float(x),
        y=float(y),
        width=float(max(width, 0.0)),
        height=float(max(height, 0.0)),
        class_=class_,
        **more,
    )


def circle(x: float, y: float, radius: float, class_: str, **more: Attribute) -> Markup:
    """A dot."""
    return element("circle", cx=float(x), cy=float(y), r=float(radius), class_=class_, **more)


def path(data: str, class_: str, **more: Attribute) -> Markup:
    """A path from its data."""
    return element("path", d=data, class_=class_, **more)


def polyline(points: Sequence[Point], *, closed: bool = False) -> str:
    """Path data through the points."""
    steps = [
        f"{'L' if index else 'M'}{coordinate(x)} {coordinate(y)}"
        for index, (x, y) in enumerate(points)
    ]
    return "".join(steps) + ("Z" if closed and steps else "")


def whisker(left: float, middle: float, right: float, y: float, class_: str) -> list[Markup]:
    """An interval as a line and its median as a dot."""
    return [
        line(left, y, max(right, left + 0.75), y, f"whisker {class_}"),
        circle(middle, y, 3.0, f"dot {class_}"),
    ]
