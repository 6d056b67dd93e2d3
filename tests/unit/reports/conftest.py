import pytest


@pytest.fixture(scope="session")
def artifacts(posterior):
    """What the report and the explorer show of the small fit, as it is stored."""
    from safepassage.reports.data.artifacts import store_artifacts

    return store_artifacts(posterior)


@pytest.fixture(scope="session")
def data(artifacts):
    """The same as one record."""
    return artifacts.data


@pytest.fixture(scope="session")
def comparison(posterior):
    from safepassage.analysis.compare.compare import compare

    return compare(posterior, draws=40)
