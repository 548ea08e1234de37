"""Reading deadlines: what may be said, and what a refusal tells the person who wrote it."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import england_and_wales
from engine.deadlines import DeadlineError, parse_cycle, parse_deadline
from engine.errors import EngineError

AMOUNTS = st.builds(
    lambda number, unit: f"{number} {unit}{'' if number == 1 else 's'}",
    st.integers(1, 40),
    st.sampled_from(["working day", "day", "week", "month", "hour"]),
) | st.integers(1, 5).map(lambda number: "1 year" if number == 1 else f"{number} years")
PATHS = st.sampled_from(["due", "referral.completed_at", "meeting_date.date", "a", "one.two.three_4"])
PLAINS = (
    AMOUNTS
    | st.builds("{} {} {}".format, AMOUNTS, st.sampled_from(["after", "before"]), PATHS)
    | PATHS.map("on {}".format)
)
SENTENCES = (
    PLAINS
    | st.builds("{}, at latest {}".format, PLAINS, PLAINS)
    | st.builds("the earlier of {} and {}".format, PLAINS, PLAINS)
)
# Pieces of sentences in any order: nearly right, which is what people write.
NUMBERS = ["5", "0", "1.5", "15", "one", "P5D", "P5WD", "PT1H", "p1m", "2026-12-03"]
UNITS = ["working", "day", "days", "workdays", "wd", "week", "hours", "minutes", "fortnight"]
SIDES = ["after", "before", "from", "prior", "to", "on", "at", "latest", "every", "in", "within"]
JOINS = [",", "the", "earlier", "of", "and", "or", "'", "-", "."]
PIECES = st.sampled_from([*NUMBERS, *UNITS, *SIDES, *JOINS, "due", "x.y", "x"])


class TestWhatMayBeSaid:
    @pytest.mark.parametrize(
        ("sentence", "bases"),
        [
            ("15 working days", set()),
            ("90 days", set()),
            ("1 working day", set()),
            ("2 weeks", set()),
            ("6 months", set()),
            ("1 year", set()),
            ("36 hours", set()),
            ("2 working days after referral.completed_at", {"referral.completed_at"}),
            ("5 working days before meeting_date.date", {"meeting_date.date"}),
            ("on action.due", {"action.due"}),
            ("10 working days after due", {"due"}),
            ("15 working days, at latest 5 working days before meeting_date.date", {"meeting_date.date"}),
            ("the earlier of 3 days and 2 working days after due", {"due"}),
            ("the earlier of on a.b and on c", {"a.b", "c"}),
        ],
    )
    def test_sentences_of_the_profile(self, sentence: str, bases: set[str]) -> None:
        deadline = parse_deadline(sentence)
        assert deadline.bases() == bases
        assert deadline.words() == sentence
        assert deadline.text == sentence

    @pytest.mark.parametrize(
        ("duration", "words"),
        [
            ("P10D", "10 days"),
            ("P6M", "6 months"),
            ("P2W", "2 weeks"),
            ("P1Y2M10D", "1 year, 2 months and 10 days"),
            ("PT36H", "36 hours"),
            ("PT90M", "90 minutes"),
            ("P1DT12H after due", "1 day and 12 hours after due"),
        ],
    )
    def test_iso_durations(self, duration: str, words: str) -> None:
        assert parse_deadline(duration).words() == words

    def test_capitals_blanks_and_line_ends_do_not_matter(self) -> None:
        written = "\n  15 Working  Days,\n AT LATEST 5 working days Before meeting.Date\t"
        deadline = parse_deadline(written)
        assert deadline == parse_deadline("15 working days, at latest 5 working days before meeting.Date")
        assert deadline.bases() == {"meeting.Date"}, "variables keep their capitals"

    def test_words_take_peoples_names_for_variables(self) -> None:
        deadline = parse_deadline("15 working days, at latest 5 working days before meeting_date.date")
        assert deadline.words({"meeting_date.date": "the meeting"}) == (
            "15 working days, at latest 5 working days before the meeting"
        )

    @pytest.mark.parametrize(
        "longest",
        ["5 years", "60 months", "260 weeks", "1825 days", "1300 working days", "43800 hours", "P5Y"],
    )
    def test_five_years_is_the_longest(self, longest: str) -> None:
        parse_deadline(longest)

    def test_one_hour_is_the_shortest(self) -> None:
        parse_deadline("1 hour")
        parse_deadline("PT60M")

    @given(SENTENCES)
    def test_words_are_the_sentence_again(self, sentence: str) -> None:
        assert parse_deadline(sentence).words() == sentence
        assert parse_deadline(sentence.upper().replace("REFERRAL.COMPLETED_AT", "r")).words() is not None


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("sentence", "position", "message", "suggestion"),
        [
            ("", 0, "needs an amount of time", "15 working days"),
            ("15", 2, "How many of what?", "15 days"),
            ("working days", 0, "How many?", "5 working days"),
            ("15 workdays", 3, "'workdays' is not a unit", "15 working days"),
            ("1 workday", 2, "'workday' is not a unit", "1 working day"),
            ("15 business days", 3, "'business' is not a unit", "15 working days"),
            ("15 wd after due", 3, "'wd' is not a unit", "15 working days after due"),
            ("15 workng days", 3, "'workng' is not a unit", "15 working days"),
            ("15 working", 3, "'working' is not a unit", "15 working days"),
            ("15 working dyas", 3, "'working' is not a unit", "15 working days"),
            ("5 dayz", 2, "'dayz' is not a unit", "5 days"),
            ("5 mnths after x.y", 2, "'mnths' is not a unit", "5 months after x.y"),
            ("5 hrs", 2, "'hrs' is not a unit", "5 hours"),
            ("5 working hours", 2, "Working hours cannot be counted", "5 hours"),
            ("30 mins after x.y", 3, "The shortest deadline is 1 hour", "1 hour after x.y"),
            ("6 years after x.y", 0, "at most 5 years", "5 years after x.y"),
            ("5 quarters", 2, "'quarters' cannot be counted", "15 working days"),
            ("30 minutes", 3, "The shortest deadline is 1 hour", "1 hour"),
            ("PT59M", 0, "The shortest deadline is 1 hour", "1 hour"),
            ("P0D", 0, "The shortest deadline is 1 hour", "1 hour"),
            ("0 days", 0, "at least 1", "1 day"),
            ("1.5 days", 0, "whole numbers", "2 days"),
            ("-5 days", 0, "not with a minus sign", "5 days"),
            ("five days", 0, "in digits", "5 days"),
            ("6 years", 0, "at most 5 years", "5 years"),
            ("1301 working days", 0, "at most 5 years", "5 years"),
            ("P4Y13M", 0, "at most 5 years", "5 years"),
            ("P99999Y", 0, "at most 5 years", "5 years"),
            ("99999999999 days", 0, "at most 5 years", "5 years"),
            ("5 days before", 13, "Before what?", "5 days before due"),
            ("5 days after, at latest on x", 12, "After what?", "5 days after due, at latest on x"),
            ("on", 2, "On which day?", "on due"),
            ('5 days after "x"', 13, "After what?", "5 days after due"),
            ("5 days after 2026-12-03", 13, "not from a fixed date", "5 days after due"),
            ("2026-12-03", 0, "not from a fixed date", "15 working days"),
            ("5 days from x.y", 7, "not 'from' it", "5 days after x.y"),
            ("5 days prior to x.y", 7, "not 'prior' it", "5 days before x.y"),
            ("5 days x.y", 7, "after or before x.y?", "5 days after x.y"),
            ("x.y", 0, "on the day itself", "on x.y"),
            ("due", 0, "on the day itself", "on due"),
            ("after x.y", 0, "How long after?", "15 working days after x.y"),
            ("within 5 days", 0, "without 'within'", "5 days"),
            ("P5WD", 0, "not a duration", "5 working days"),
            ("P1.5D", 0, "not a duration", "P10D"),
            ("P1DT", 0, "not a duration", "P10D"),
            ("p10d", 0, "in capitals", "P10D"),
            ("P2D before x.y", 4, "only counts after", "2 days before x.y"),
            ("5 days at latest on x.y", 7, "A comma belongs before", "5 days, at latest on x.y"),
            ("5 days, on x.y", 8, "says 'at latest'", "5 days, at latest on x.y"),
            ("5 days, at the latest on x.y", 11, "says 'at latest'", "5 days, at latest on x.y"),
            ("5 days,", 7, "says 'at latest'", "5 days"),
            ("earlier of 5 days and 2 weeks", 0, "starts with", "the earlier of 5 days and 2 weeks"),
            ("the earlier of 5 days or 2 weeks", 22, "stands 'and'", "the earlier of 5 days and 2 weeks"),
            ("5 days or 2 weeks", 7, "the earlier counts", "the earlier of 5 days and 2 weeks"),
            ("every 5 days", 0, "does not repeat", "5 days"),
            ("5 days.", 6, "'.' does not belong", "5 days"),
            ("5 days after x-y", 14, "'-' does not belong", "5 days after x"),
        ],
    )
    def test_each_mistake_says_where_it_is_and_what_to_write(
        self, sentence: str, position: int, message: str, suggestion: str
    ) -> None:
        with pytest.raises(DeadlineError) as refusal:
            parse_deadline(sentence)
        assert message in refusal.value.message
        assert (refusal.value.position, refusal.value.suggestion) == (position, suggestion)
        assert str(refusal.value) == f'{refusal.value.message} Try "{suggestion}".'
        parse_deadline(suggestion)

    def test_a_long_text_is_not_read_at_all(self) -> None:
        with pytest.raises(DeadlineError, match="at most 300 characters"):
            parse_deadline("5 days after " + "x" * 300)

    def test_it_is_an_error_of_the_engine(self) -> None:
        assert issubclass(DeadlineError, EngineError)

    @given(st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=60))
    def test_any_text_is_read_or_refused_with_a_suggestion(self, text: str) -> None:
        try:
            parse_deadline(text)
        except DeadlineError as error:
            assert error.message.endswith((".", "?"))
            assert 0 <= error.position <= len(text)
            assert error.suggestion.strip()

    @given(st.lists(PIECES, min_size=1, max_size=6).map(" ".join))
    def test_following_the_suggestions_leads_to_a_sentence(self, text: str) -> None:
        for _ in range(15):
            try:
                parse_deadline(text)
            except DeadlineError as error:
                assert error.suggestion != text
                text = error.suggestion
            else:
                return
        pytest.fail(f"the suggestions go round: {text}")


class TestCycles:
    @pytest.mark.parametrize(
        ("written", "words"),
        [
            ("every 20 working days", "every 20 working days"),
            ("every week", "every week"),
            ("every 1 working day", "every working day"),
            ("Every working day", "every working day"),
            ("every 6 months", "every 6 months"),
            ("every 24 hours", "every 24 hours"),
            ("every P1D", "every day"),
        ],
    )
    def test_sentences(self, written: str, words: str) -> None:
        cycle = parse_cycle(written)
        assert cycle.words() == words
        assert parse_cycle(words) == cycle or cycle.span.exact or "P" in written

    @pytest.mark.parametrize(
        ("written", "message", "suggestion"),
        [
            ("20 working days", "starts with 'every'", "every 20 working days"),
            ("", "starts with 'every'", "every 15 working days"),
            ("every", "needs an amount", "every 15 working days"),
            ("every two weeks", "in digits", "every 2 weeks"),
            ("every 23 hours", "at most once a day", "every day"),
            ("every PT1H", "at most once a day", "every day"),
            ("every 5 days after due", "from its last firing", "every 5 days"),
            ("every on due", "from its last firing", "every 15 working days"),
            ("every 5 days, at latest on due", "does not belong", "every 5 days"),
            ("every 5 quarters", "cannot be counted", "every 15 working days"),
            ("every 6 years", "at most 5 years", "every 5 years"),
        ],
    )
    def test_mistakes(self, written: str, message: str, suggestion: str) -> None:
        with pytest.raises(DeadlineError, match=message) as refusal:
            parse_cycle(written)
        assert refusal.value.suggestion == suggestion
        parse_cycle(suggestion)


def test_the_later_of_two_keeps_a_step_reached_again_from_opening_late() -> None:
    deadline = parse_deadline("the later of 10 working days after referral.completed_at and 2 working days")
    opened = datetime(2026, 6, 1, 9, tzinfo=UTC)
    calendar = england_and_wales()
    first = deadline.moment(opened, {"referral": {"completed_at": "2026-05-29T09:00:00+00:00"}}, calendar)
    again = deadline.moment(opened, {"referral": {"completed_at": "2026-04-01T09:00:00+00:00"}}, calendar)
    assert first is not None and again is not None
    assert (first.on, again.on) == (date(2026, 6, 12), date(2026, 6, 3))
    assert "this comes after" in again.sum
