"""What is wrong with a deadline, for the person who wrote it."""

from engine.errors import EngineError


class DeadlineError(EngineError):
    """A deadline sentence cannot be read, or a variable it counts from holds no date.

    `message` says what is wrong, `position` is the character (from 0) in the sentence where it is, and
    `suggestion` is a sentence to write instead ("" where only the variable is wrong).
    """

    def __init__(self, message: str, position: int, suggestion: str = "") -> None:
        """Keep the three parts; the text of the error joins message and suggestion."""
        self.message = message
        self.position = position
        self.suggestion = suggestion
        super().__init__(f'{message} Try "{suggestion}".' if suggestion else message)
