import pytest

from tests.queries.lake import Lake
from tests.queries.made_archive import MADE, as_drills


@pytest.fixture(scope="session")
def made_lake(tmp_path_factory):
    """The made archive, its drills included."""
    made = Lake(tmp_path_factory.mktemp("made"), [*MADE, *as_drills(MADE)], [])
    yield made
    made.close()
