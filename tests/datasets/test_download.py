import hashlib
import shutil
import tarfile
import zipfile
from pathlib import Path

import pooch
import pytest

from skkws.datasets import fetch_mini_speech_commands
from skkws.datasets._download import Archive, fetch_folder


@pytest.fixture(params=["zip", "tar.gz"])
def archive(request, tmp_path):
    """Return an Archive whose URL is a local path."""
    source = tmp_path / "source"
    for name in ("top/yes/a.wav", "top/no/b.wav", "__MACOSX/top/yes/._a.wav"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)
    path = tmp_path / f"archive.{request.param}"
    if request.param == "zip":
        with zipfile.ZipFile(path, "w") as file:
            for member in source.rglob("*.wav"):
                file.write(member, member.relative_to(source))
    else:
        with tarfile.open(path, "w:gz") as file:
            file.add(source, ".")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Archive("corpus", str(path), sha256, "top")


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def downloads(monkeypatch):
    """Replace downloading by copying, and count it."""
    done = []

    def copy(self, url, output_file, pooch):
        done.append(url)
        shutil.copy(url, output_file)

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", copy)
    return done


def _files(folder):
    return sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()
    )


def test_downloads_unpacks_and_cleans_up_once(archive, home, downloads):
    for _ in range(2):
        folder = fetch_folder(archive, data_home=home)
        assert folder == home / "corpus"
        assert _files(home) == ["corpus/no/b.wav", "corpus/yes/a.wav"]
    assert [p.name for p in home.iterdir()] == ["corpus"]
    assert len(downloads) == 1


def test_a_whole_archive_can_be_the_folder(archive, home, downloads):
    fetch_folder(archive._replace(top="."), data_home=home)
    assert "corpus/top/yes/a.wav" in _files(home)


@pytest.mark.parametrize("when", ["download", "unpack", "verify"])
def test_an_interruption_leaves_nothing_half_written(
    archive, home, downloads, monkeypatch, when
):
    def interrupt(*args):
        raise KeyboardInterrupt

    def half_a_download(self, url, output_file, pooch):
        Path(output_file).write_bytes(Path(url).read_bytes()[:50])
        raise KeyboardInterrupt

    def half_an_unpacking(file, extract_dir, **kwargs):
        Path(extract_dir, "top", "yes").mkdir(parents=True)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if when == "download":
            patch.setattr("pooch.HTTPDownloader.__call__", half_a_download)
        if when == "unpack":
            patch.setattr("shutil.unpack_archive", half_an_unpacking)
        verify = interrupt if when == "verify" else None
        with pytest.raises(KeyboardInterrupt):
            fetch_folder(archive, data_home=home, verify=verify)
    assert list(home.iterdir()) == []
    fetch_folder(archive, data_home=home)
    assert _files(home) == ["corpus/no/b.wav", "corpus/yes/a.wav"]


def test_a_wrong_checksum_is_refused(archive, home, downloads):
    with pytest.raises(ValueError, match="SHA256 hash"):
        fetch_folder(archive._replace(sha256="0" * 64), data_home=home)
    assert list(home.iterdir()) == []


def test_a_strange_archive_is_refused(archive, home, downloads):
    with pytest.raises(ValueError, match="has no folder elsewhere"):
        fetch_folder(archive._replace(top="elsewhere"), data_home=home)
    assert list(home.iterdir()) == []


def test_a_failed_download_is_told_in_one_sentence(archive, home, monkeypatch):
    def fail(self, url, output_file, pooch):
        raise ConnectionError("no route to host")

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", fail)
    with pytest.raises(OSError, match=r"corpus is not in .*home and .*no route") as e:
        fetch_folder(archive, data_home=home)
    assert archive.url in str(e.value)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("name", ["corpus.tar.gz", "corpus.zip"])
def test_a_page_in_place_of_an_archive_is_told_in_one_sentence(
    archive, home, downloads, tmp_path, name
):
    page = tmp_path / name
    page.write_text("<html>log in</html>")
    with pytest.raises(OSError, match=r"could not be downloaded from .*: [^\n]+$"):
        fetch_folder(archive._replace(url=str(page), sha256=None), data_home=home)
    assert list(home.iterdir()) == []


def test_a_faster_process_wins(archive, home, downloads):
    def be_faster(unpacked):
        shutil.copytree(unpacked, home / "corpus")

    folder = fetch_folder(archive, data_home=home, verify=be_faster)
    assert _files(folder) == ["no/b.wav", "yes/a.wav"]


def test_an_absent_corpus_is_an_error_without_download(archive, home):
    with pytest.raises(FileNotFoundError, match="home.corpus does not exist"):
        fetch_folder(archive, data_home=home, download_if_missing=False)
    assert not home.exists()


def test_where_the_corpora_lie(archive, home, monkeypatch):
    def folder():
        with pytest.raises(FileNotFoundError) as error:
            fetch_folder(archive, download_if_missing=False)
        return str(error.value).removesuffix(
            " does not exist, and download_if_missing is False."
        )

    monkeypatch.setenv("SKKWS_DATA", str(home))
    assert folder() == str(home / "corpus")
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv("SKKWS_DATA")
        else:
            monkeypatch.setenv("SKKWS_DATA", unset)
        monkeypatch.setattr("pooch.os_cache", lambda project: home / project)
        assert folder() == str(home / "skkws" / "corpus")


def test_the_mini_corpus_as_it_is_packed(tmp_path, home, downloads, write_sounds):
    files = ["yes/a_nohash_0.wav", "no/b_nohash_0.wav"]
    write_sounds(tmp_path / "mini_speech_commands", files)
    path = tmp_path / "mini_speech_commands.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name in files:
            file.write(
                tmp_path / "mini_speech_commands" / name, f"mini_speech_commands/{name}"
            )
            file.writestr(f"__MACOSX/mini_speech_commands/{name}", "resource fork")
        file.writestr("mini_speech_commands/README.md", "Words")
    module = "skkws.datasets._mini_speech_commands._ARCHIVE"
    archive = Archive(
        "mini_speech_commands",
        str(path),
        pooch.file_hash(str(path)),
        "mini_speech_commands",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, archive)
        bunch = fetch_mini_speech_commands(data_home=home)
    assert bunch.filenames.tolist() == sorted(files)
    assert bunch.target.tolist() == ["no", "yes"]


@pytest.mark.skipif(
    not hasattr(tarfile, "data_filter"), reason="needs the filters of Python 3.11.4"
)
def test_nothing_is_unpacked_elsewhere(tmp_path, home, downloads):
    path = tmp_path / "archive.tar.gz"
    with tarfile.open(path, "w:gz") as file:
        for name in ("top/a.wav", "../../../elsewhere.wav"):
            file.addfile(tarfile.TarInfo(name))
    with pytest.raises(OSError, match="could not be downloaded .*elsewhere.wav"):
        fetch_folder(Archive("corpus", str(path), None, "top"), data_home=home)
    assert not list(tmp_path.rglob("elsewhere.wav"))


def test_no_bar_where_there_is_no_terminal(archive, home, downloads, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "pooch.HTTPDownloader.__init__",
        lambda self, progressbar: asked.append(progressbar),
    )
    monkeypatch.setattr("sys.stderr", None)
    fetch_folder(archive, data_home=home)
    assert asked == [False]


def test_a_file_in_the_place_of_the_folder_is_refused(archive, home, downloads):
    home.mkdir()
    (home / "corpus").touch()
    with pytest.raises(NotADirectoryError, match="corpus is no folder, but must be on"):
        fetch_folder(archive, data_home=home)
    assert downloads == []


def test_a_data_home_that_cannot_be_made_is_named(archive, tmp_path, downloads):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file cannot hold what is downloaded .*SKKWS_DA"):
        fetch_folder(archive, data_home=tmp_path / "file")


def test_an_empty_data_home_is_none(archive, home, downloads, monkeypatch):
    monkeypatch.setenv("SKKWS_DATA", str(home))
    assert fetch_folder(archive, data_home="") == home / "corpus"
