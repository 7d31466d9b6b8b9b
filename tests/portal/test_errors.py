"""Pages for what went wrong."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

REFERENCE = re.compile(r'class="num reference">([0-9A-F]{4}-[0-9A-F]{4})<')


@pytest.fixture
def visitor(settings: Settings) -> Client:
    """Somebody who does not sign in, at a site with a fault; no page here may need the database."""
    settings.ROOT_URLCONF = "tests.portal.failing_site"
    settings.CSRF_FAILURE_VIEW = "pointclub.portal.errors.outdated_form"
    return Client(raise_request_exception=False)


class TestErrorPages:
    @pytest.mark.parametrize(
        ("address", "status", "words"),
        [
            ("/nowhere/", 404, "お探しのページが見つかりません"),
            ("/en/nowhere/", 404, "We cannot find that page"),
            ("/not-yours/", 403, "このページはご覧いただけません"),
            ("/fault/", 500, "ただいまページを表示できません"),
        ],
    )
    def test_say_what_is_the_matter(self, visitor: Client, address: str, status: int, words: str) -> None:
        response = visitor.get(address)

        assert response.status_code == status
        assert f"<h1>{words}</h1>" in response.content.decode()

    @pytest.mark.parametrize("address", ["/nowhere/", "/not-yours/", "/fault/"])
    def test_show_a_way_on(self, visitor: Client, address: str) -> None:
        assert '<a class="btn btn-line" href="/">マイページへ</a>' in visitor.get(address).content.decode()

    @pytest.mark.parametrize("address", ["/nowhere/", "/not-yours/", "/fault/"])
    def test_give_a_reference_number_that_the_log_knows(
        self, visitor: Client, address: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        shown = REFERENCE.search(visitor.get(address).content.decode())

        assert shown is not None
        assert f"{address} with" in caplog.text
        assert shown[1] in caplog.text

    def test_name_the_fault_in_the_log_and_not_on_the_page(
        self, visitor: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        page = visitor.get("/fault/").content.decode()

        assert "'DeliberateError'" in caplog.text
        assert "DeliberateError" not in page

    def test_show_typed_addresses_nowhere(self, visitor: Client) -> None:
        assert "sneaky" not in visitor.get("/<script>sneaky</script>/").content.decode()

    def test_lead_to_the_front_page_of_the_other_language(self, visitor: Client) -> None:
        assert 'href="/en/" lang="en"' in visitor.get("/nowhere/").content.decode()
        assert 'href="/" lang="ja"' in visitor.get("/en/nowhere/").content.decode()

    @pytest.mark.usefixtures("visitor")
    def test_explain_a_form_that_was_open_too_long(self) -> None:
        client = Client(enforce_csrf_checks=True)

        response = client.post("/sign-in/", {"login_id": "hanako", "password": "x"})

        assert response.status_code == 403
        assert "もう一度ページを開いてください" in response.content.decode()

    def test_answer_a_request_that_makes_no_sense(self, visitor: Client) -> None:
        response = visitor.get("/", headers={"host": "evil.example"})

        assert response.status_code == 400
        assert "リクエストを正しく受け取れませんでした" in response.content.decode()
