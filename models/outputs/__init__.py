"""What a model says: its outputs, read as classes, guesses, labels, answers, vectors and maps."""

from models.outputs.answer import Answer
from models.outputs.base import Output, Plain
from models.outputs.classes import Classes, Score
from models.outputs.guesses import Candidate, TokenGuesses, mask_in
from models.outputs.maps import PhotoMap
from models.outputs.reading import read_outputs
from models.outputs.states import TokenStates, Vector
from models.outputs.token_labels import TokenLabels

__all__ = [
    "Answer",
    "Candidate",
    "Classes",
    "Output",
    "PhotoMap",
    "Plain",
    "Score",
    "TokenGuesses",
    "TokenLabels",
    "TokenStates",
    "Vector",
    "mask_in",
    "read_outputs",
]
