"""Do no harm: what is rejected, and what must not be."""

from pathlib import Path

import pytest

from safepassage.evidence.do_no_harm import check_evidence, check_places, check_text
from safepassage.evidence.table import read_evidence
from safepassage.model.schema import Place


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("coordinates", "seen near 41.97N 129.8E in winter"),
        ("coordinates", "at 41°58' north"),
        ("coordinates", "at 41.9° N"),
        ("coordinates", "N 41.97, E 129.85"),
        ("coordinates", "(41.973, 129.852)"),
        ("coordinates", "41.97 129.85"),
        ("coordinates", "lat: 41.9, lon: 129.8"),
        ("an e-mail address", "write to someone@example.org"),
        ("a phone number", "call +82 10 1234 5678"),
        ("a phone number", "call +821012345678"),
        ("a phone number", "010-1234-5678"),
        ("a phone number", "Tel.: 2 123 4567"),
        ("a contact on a messaging service", "WeChat ID: helper88"),
        ("a street address", "safe house at 12 Long Oak Street"),
        ("a street address", "Long Oak Road 12"),
        ("a street address", "House No. 7 by the mill"),
        ("a street address", "209 Sejong-daero"),
        ("a street address", "세종대로 209"),
        ("a street address", "解放路 12号"),
        ("a street address", "Hauptstraße 5"),
        ("a postal code", "postal code 03171"),
        ("a postal code", "Springfield, IL 62701"),
        ("a postal code", "SW1A 1AA"),
        ("a time of day", "the guard changes at 02:30"),
        ("a time of day", "leaves at 4 am"),
    ],
)
def test_an_address_is_rejected(what: str, text: str) -> None:
    found = check_text(text, "model.yaml", 7, "states.x.title")
    assert [fault.message.split("reads like ")[1].split(";")[0] for fault in found] == [what]
    assert (found[0].file, found[0].line, found[0].field) == ("model.yaml", 7, "states.x.title")


@pytest.mark.parametrize(
    "text",
    [
        "Between 2017 and 2020 arrivals fell from 1,127 to 229, that is 79.7%.",
        "hazard ratio 1.22 (1.05, 1.41); shares 0.545 and 0.305",
        "log-sd 0.3937-0.3961; elasticities 1.2512, 200.5011",
        "mean of 22.5 °C in July, -16.0 in January; 41 N of 60 E",
        "via Thailand 2019, prices flat 2018, phone 2019-2021 surveys",
        "Resolution 2397 (para 8), A/70/362, PL 108-333, 22 USC 7833, RL34189",
        "the Underground Road 60,000 people took; Belt Road 2013; 2018 Silk Road; 12 St Petersburg",
        "Q1 2024: 43, H1 2023: 99; FY2013-17; 1:50m outlines; 2 / 2; 27/4",
        "a text without anything: 38th parallel, 240 km, longitude: 127.5, 41.5N, 36.0° N",
        "from 8,600 to 14,000 USD per person, 3 of 236 = 1.3%",
    ],
)
def test_ordinary_prose_passes(text: str) -> None:
    assert check_text(text, "model.yaml", 1, "note") == []


def place(longitude: float, latitude: float) -> Place:
    return Place(title="A place", kind="country", longitude=longitude, latitude=latitude)


def test_a_place_on_half_degrees_passes() -> None:
    assert check_places({"x": place(127.5, -38.0), "y": place(-0.5, 0.0)}, "model.yaml") == []


def test_a_finer_place_is_rejected_with_its_line() -> None:
    found = check_places({"fine": place(129.85, 41.9)}, "model.yaml", {"fine": 12})
    assert [(fault.line, fault.field) for fault in found] == [
        (12, "places.fine.longitude"),
        (12, "places.fine.latitude"),
    ]
    assert "129.85 is finer than half a degree" in found[0].message


def test_every_text_of_a_row_is_checked_and_web_addresses_are_exempt(tmp_path: Path) -> None:
    path = tmp_path / "extra.csv"
    path.write_text(
        "id,quantity,value,unit,grade,source_title,note,source_url\n"
        "T1,price,5,USD,C,Paper,fine,https://example.org/41.973;129.852/02:30\n"
        "T2,price,5,USD,C,Paper,at 41.973 129.852,\n"
        "T3,price at 02:30,5,USD,C,a@example.org,,\n"
    )
    found = check_evidence(read_evidence([path]))
    assert [(fault.line, fault.field) for fault in sorted(found)] == [
        (3, "note"),
        (4, "quantity"),
        (4, "source_title"),
    ]
