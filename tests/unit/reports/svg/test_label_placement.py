import math

from hypothesis import given, settings
from hypothesis import strategies as st

from safepassage.reports.svg.label_placement import Box, Label, place_labels

FRAME = Box(0, 0, 400, 300)
LABELS = st.lists(
    st.builds(
        lambda x, y, width, height, centred: Label("label", x, y, width, height, centred),
        st.floats(0, 400),
        st.floats(0, 300),
        st.floats(5, 90),
        st.floats(8, 20),
        st.booleans(),
    ),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(LABELS)
def test_no_two_boxes_overlap_and_all_lie_inside(labels):
    obstacle = Box(195, 145, 10, 10)
    placed, left_over = place_labels(labels, FRAME, obstacles=[obstacle])
    assert len(placed) + len(left_over) == len(labels)
    boxes = [p.box for p in placed]
    for index, box in enumerate(boxes):
        assert box.inside(FRAME)
        assert not box.overlaps(obstacle)
        assert not any(box.overlaps(other) for other in boxes[:index])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300)), min_size=12, max_size=12))
def test_with_room_to_spare_every_label_is_placed(anchors):
    labels = [Label(str(i), x, y, 60, 14) for i, (x, y) in enumerate(anchors)]
    placed, left_over = place_labels(labels, FRAME)
    assert not left_over and len(placed) == 12


def test_labels_on_one_point_spread_and_get_leaders():
    placed, _ = place_labels([Label(str(i), 200, 150, 80, 14) for i in range(14)], FRAME)
    assert len(placed) == 14
    far = [p for p in placed if p.leader]
    assert far
    for p in far:
        x1, y1, x2, y2 = p.leader
        assert (x1, y1) == (200, 150)
        assert p.box.holds(x2, y2) and math.dist((x1, y1), (x2, y2)) > 3


def test_a_frame_without_room_reports_what_it_left_out():
    frame = Box(0, 0, 100, 20)
    placed, left_over = place_labels([Label(str(i), 50, 10, 90, 16) for i in range(3)], frame)
    assert [p.label.name for p in placed] == ["0"]
    assert [label.name for label in left_over] == ["1", "2"]


def test_a_badge_sits_on_its_line_and_moves_along_it_when_taken():
    other = ((100.0, 100.0),)
    badges = [Label(str(i), 50, 100, 19, 19, centred=True, anchors=other) for i in range(2)]
    placed, _ = place_labels(badges, FRAME)
    centres = [(p.box.left + 9.5, p.box.top + 9.5) for p in placed]
    assert centres == [(50, 100), (100, 100)]


def test_points_to_avoid_move_a_label_when_the_way_is_short():
    label = Label("a", 200, 150, 60, 14)
    right_side = [(210.0 + 4 * i, 150.0) for i in range(10)]
    (free,), _ = place_labels([label], FRAME)
    (moved,), _ = place_labels([label], FRAME, avoid=right_side)
    assert free.box.left > 200
    assert not any(moved.box.holds(x, y) for x, y in right_side)
