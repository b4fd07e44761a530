"""Keeps an archive of today's version, when columns were added; as a program."""

from tests.compaction.made import Bucket, arrive, compacted
from tests.compaction.test_versions import ARCHIVES, TODAY, VERSIONS


def main() -> None:
    bucket = Bucket()
    arrive(bucket, *TODAY)
    compacted(bucket)
    folder = ARCHIVES / str(VERSIONS[-1] + 1)
    folder.mkdir()
    for key, body in bucket.objects.items():
        (folder / key.rpartition("/")[2]).write_bytes(body)


if __name__ == "__main__":
    main()
