import pytest


@pytest.fixture(scope="session")
def pieces(fitted):
    """What is kept of the small fit to be shown, as plain values."""
    from safepassage.reports.data.artifacts import keep_shown

    return keep_shown(fitted).values


@pytest.fixture(scope="session")
def comparison(fitted):
    from safepassage.analysis.compare.compare import compare

    return compare(fitted, draws=40).to_json()
