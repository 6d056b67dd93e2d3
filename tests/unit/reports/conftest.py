import pytest


@pytest.fixture(scope="session")
def pieces(posterior):
    """What is kept of the small fit to be shown, as plain values."""
    from safepassage.reports.data.artifacts import store_artifacts

    return store_artifacts(posterior).values


@pytest.fixture(scope="session")
def comparison(posterior):
    from safepassage.analysis.compare.compare import compare

    return compare(posterior, draws=40).to_dict()
