"""Why a training job failed: signatures as data, and the engine that finds causes with them."""

from trainstop.classify.engine import classify

__all__ = ["classify"]
