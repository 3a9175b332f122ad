"""Read a sample of the hostile files; run.py reads ten thousand (tox -e hostile)."""

import damage
import pytest

EACH = 12


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return damage.Reader(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("kind", damage.KINDS)
def test_a_hostile_file_is_read_or_refused_in_one_line(kind, reader):
    """`read` passes on every error that is not a ValueError naming the file."""
    refused = [reader.read(kind, damage.hostile(kind, 2, k)) for k in range(EACH)]
    assert any(refused)


def test_undamaged_files_are_read(reader):
    """Otherwise the test above would show nothing."""
    read = {kind: content for kind, (_, content, _) in damage.KINDS.items() if content}
    assert not [kind for kind, content in read.items() if reader.read(kind, content)]
