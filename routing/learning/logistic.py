"""The small arithmetic of odds that every part of the model shares."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def sigmoid(logits: FloatArray) -> FloatArray:
    """Return chances of `logits`, without overflow at either end."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)))


def log_likelihood(won: FloatArray, logits: FloatArray, weight: FloatArray) -> float:
    return float(weight @ (won * logits - np.logaddexp(0, logits)))


def log_loss(won: FloatArray, logits: FloatArray, weight: FloatArray) -> float:
    """Answer the weighted mean of -log(chance given to what happened); less is better."""
    return -log_likelihood(won, logits, weight) / float(weight.sum())


def ranking(won: FloatArray, logits: FloatArray) -> float:
    """Answer the chance that a won one is ranked above a lost one (AUC); 0.5 without either."""
    wins = int(won.sum())
    pairs = wins * (len(won) - wins)
    if pairs == 0:
        return 0.5
    _, place, count = np.unique(logits, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2
    return float((middle[place][won > 0].sum() - wins * (wins + 1) / 2) / pairs)
