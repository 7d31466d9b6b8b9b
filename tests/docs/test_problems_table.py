"""Every problem stands on the interface's page in both languages, with what to do about it."""

from collections import Counter

import pytest

from pointclub.merchant_api.problem_codes import PROBLEMS
from pointclub_client import Problem, ProblemError
from tests.docs.problems_table import PAGES, Language, read_to_dos, with_table

SENT_AGAIN = {408, 429, 500, 503}


def codes_of(words: str) -> set[str]:
    (found,) = (to_do for to_do in read_to_dos() if to_do.en == words)
    return set(found.codes)


class TestWhatToDo:
    def test_is_said_once_for_every_problem(self) -> None:
        said = Counter(code for to_do in read_to_dos() for code in to_do.codes)

        assert said.keys() == PROBLEMS.keys()
        assert [code for code, times in said.items() if times > 1] == []

    def test_is_to_send_again_after_the_statuses_that_the_page_names(self) -> None:
        assert codes_of("send again") == {code for code, problem in PROBLEMS.items() if problem.status in SENT_AGAIN}

    def test_is_to_call_the_office_where_the_problem_says_so(self) -> None:
        told_to = {code for code, problem in PROBLEMS.items() if "the office" in problem.en.detail}

        assert told_to - codes_of("call the office") == set()

    def test_is_never_to_send_again_what_the_client_takes_for_settled(self) -> None:
        settled = {
            code
            for code, problem in PROBLEMS.items()
            if ProblemError(Problem(code=code, status=problem.status, title="", detail="")).settles_the_key
        }

        assert len(settled) == 13
        assert settled & codes_of("send again") == set()


@pytest.mark.parametrize("language", PAGES)
def test_the_table_is_written_from_what_the_interface_tells(language: Language) -> None:
    page = PAGES[language].read_text(encoding="utf-8")

    assert page == with_table(language, page, read_to_dos()), "Write it anew: make problems"
