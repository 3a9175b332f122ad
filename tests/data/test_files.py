"""Files are replaced atomically."""

import os
import re
import stat

import pytest
from processes import run

from network3.data import files


def test_the_content_becomes_the_files(tmp_path):
    path = tmp_path / "net"
    files.replace(path, b"old")
    files.replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["net"]


def test_the_file_has_the_permissions_of_a_new_file(tmp_path):
    files.replace(tmp_path / "net", b"")
    (tmp_path / "other").touch()
    rights = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("net", "other")]
    assert rights[0] == rights[1]


@pytest.mark.posix
def test_a_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "net"
    path.touch(mode=0o640)
    files.replace(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.posix
def test_a_pipe_or_a_device_is_written_to_and_not_replaced(tmp_path):
    """A file could otherwise take the place of /dev/null."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert files.can_be_written(pipe)
    files.replace(pipe, b"new")
    assert os.read(reader, 10) == b"new"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode) and os.listdir(tmp_path) == ["pipe"]


@pytest.mark.posix
def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path):
    (tmp_path / "disk").mkdir()
    link = tmp_path / "net"
    link.symlink_to(tmp_path / "disk" / "net")
    files.replace(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "disk" / "net").read_bytes() == b"new"


@pytest.mark.posix
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path):
    """The process may not write files of more than 1,000 bytes."""
    path = tmp_path / "net"
    path.write_bytes(b"old")
    program = """
        import os, resource
        from network3.data import files

        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            files.replace(os.environ["NET"], bytes(100_000))
        except OSError as error:
            print(error)
    """
    message, _ = run(program, NET=str(path))
    assert f"{path} could not be written (File too large)" in message
    assert "the old file is unchanged" in message
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["net"]


def test_a_folder_that_may_not_be_written_to_is_named(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "net").write_bytes(b"old")
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write everywhere")
    with pytest.raises(
        PermissionError, match=f"{re.escape(str(folder / 'net'))} could not be written"
    ):
        files.replace(folder / "net", b"new")
    assert os.listdir(folder) == ["net"]


@pytest.mark.parametrize("name", ["file/net", "missing/net", "folder"])
def test_a_path_that_cannot_be_a_file_is_named(tmp_path, name):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(
        OSError, match=f"{re.escape(str(tmp_path / name))} could not be written"
    ) as caught:
        files.replace(tmp_path / name, b"new")
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]
    advice = {
        "file/net": f"there is no folder {tmp_path}/file, create it first",
        "missing/net": f"there is no folder {tmp_path}/missing, create it first",
        "folder": "it is a folder, give the name of a file",
    }
    assert caught.value.strerror.endswith(advice[name])
    assert not re.search("unchanged|make room", str(caught.value))


def test_an_interrupt_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    def interrupted(descriptor):
        raise KeyboardInterrupt

    path = tmp_path / "net"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["net"]
