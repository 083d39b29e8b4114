"""Looks up what the pieces of a batch weigh, and sums it by clause and by comment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.artefact import HEARD, Table
from analysis.classifier.characters import Places
from analysis.classifier.grams import Spelled, Stream, Text
from analysis.classifier.judging import Floats


@dataclass(frozen=True, slots=True)
class Summed:
    """The weights of every clause's pieces: for each kind their sums, an output a column, and how many they are."""

    kinds: tuple[tuple[Floats, Floats], ...]

    def logits(self, firsts: Places | None = None) -> Floats:
        """A column an output, a row a clause, or a stretch of clauses that begins at `firsts`.

        The mean piece of a kind counts, times the root of their number.
        """
        total: Floats = np.zeros(1)
        for sums, counts in self.kinds if firsts is None else self._gathered(firsts):
            total = total + sums / np.sqrt(np.maximum(counts, 1))[:, None]
        return total

    def _gathered(self, firsts: Places) -> list[tuple[Floats, Floats]]:
        return [(np.add.reduceat(sums, firsts), np.add.reduceat(counts, firsts)) for sums, counts in self.kinds]

    def pieces(self, firsts: Places | None = None) -> Floats:
        """How many pieces there are."""
        found: Floats = np.sum([counts for _, counts in self.kinds], axis=0)
        return found if firsts is None else np.add.reduceat(found, firsts)


def summed(text: Text, table: Table) -> Summed:
    """Looks up all pieces at once."""
    return Summed(tuple(_kind(stream, table, text.clauses) for stream in text.streams))


def _kind(stream: Stream | Spelled, table: Table, clauses: int) -> tuple[Floats, Floats]:
    if isinstance(stream, Stream):
        return _looked_up(stream, table, clauses), stream.counted(clauses)
    starts = np.flatnonzero(np.diff(stream.clauses, prepend=-1))
    sums = np.zeros((clauses, table.outputs + 1), dtype=np.float32)
    if len(starts):
        of_words = table.words.rows(stream.hashes, lambda new: _spelled(stream.spell(new), table, len(new)))
        sums[stream.clauses[starts]] = np.add.reduceat(of_words.take(stream.which, axis=0), starts, axis=0)
    return sums[:, :-1], sums[:, -1].astype(float)


def _spelled(spelling: Stream, table: Table, words: int) -> Floats:
    """The weights of words, and behind them how many pieces each has."""
    counts = spelling.counted(words).astype(np.float32)
    return np.column_stack([_looked_up(spelling, table, words), counts])


def _looked_up(stream: Stream, table: Table, clauses: int) -> Floats:
    """Many pieces weigh nothing, and few speak of a feeling: only the others are summed up."""
    sums = np.zeros((clauses, table.outputs), dtype=np.float32)
    starts = np.flatnonzero(np.diff(stream.clauses, prepend=-1))
    if len(starts):
        rows, owners = table.rows.take(stream.buckets.ravel()), stream.clauses[starts]
        edges, weighing = np.append(starts * stream.buckets.shape[1], len(rows)), np.flatnonzero(rows)
        edges, rows = np.searchsorted(weighing, edges), rows[weighing]
        _add(sums[:, :HEARD], owners, table.stages, rows, edges)
        felt = np.flatnonzero(rows < len(table.feelings))
        _add(sums[:, HEARD:], owners, table.feelings, rows[felt], np.searchsorted(felt, edges))
    return sums


def _add(sums: Floats, owners: Places, weights: Floats, rows: NDArray[np.int32], edges: Places) -> None:
    """The weights of these rows, from edge to edge, to their owners."""
    there = np.flatnonzero(edges[1:] > edges[:-1])
    if len(there):
        sums[owners[there]] = np.add.reduceat(weights.take(rows, axis=0), edges[there], axis=0)
