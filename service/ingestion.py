"""One ingest: files → documents → a new generation, with nobody else writing meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.backends.contract import Backend
from index.backends.folder import Folder
from index.build import BuildReport
from ingest.corpus import Corpus, read_corpus
from ingest.report import Problem

if TYPE_CHECKING:
    from index.cluster import Cluster
    from index.encoder import Encoder

__all__ = ["Ingestion", "Progress"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done ("reading", "embedding"), how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Ingestion:
    """What an ingest works with: where the index is (a folder or another backend), the model, the user's
    table of names, and machines that read and embed in place of this one.
    """

    data: Path | Backend
    encoder: Encoder
    glossary: Path | None = None
    cluster: Cluster | None = None

    def run(
        self,
        sources: Sequence[Path],
        *,
        rebuild: bool = False,
        empty: bool = False,
        read: Callable[[Corpus], None],
        progress: Progress | None = None,
        later: Callable[[Path], bool] | None = None,
        refused: Mapping[tuple[Path, bytes, bytes], Problem] | None = None,
        waiting: Callable[[str], None] | None = None,
    ) -> tuple[Corpus, BuildReport | None]:
        """Read ``sources`` and put the next generation in use: what was read, and what was built.

        Nothing is built, and the second is ``None``, where no file that was named could be read or is known.
        ``read`` is told what was read before it is built. The rest is as in :func:`ingest.corpus.read_corpus`
        and :func:`index.build.updating`.

        :raises GenerationError: as these do.
        :raises ClusterError: if the cluster fails.
        """
        backend = Folder(self.data) if isinstance(self.data, Path) else self.data
        with backend.updating(rebuild=rebuild, waiting=waiting) as update:
            update.check(self.encoder)
            known = replace(update.known, refused=refused or {})
            corpus = read_corpus(
                sources,
                known=known,
                finished=update.finished,
                later=later,
                empty=empty,
                reading=self.cluster,
                progress=_part("reading", progress),
            )
            read(corpus)
            found = corpus.documents or corpus.kept or corpus.removed
            if not found and not (rebuild and not sources):
                return corpus, None
            built = update.build(
                corpus,
                self.encoder,
                glossary=self.glossary,
                preparation=self.cluster,
                progress=_part("embedding", progress),
            )
            return corpus, built


def _part(name: str, progress: Progress | None) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(name, done, total)
