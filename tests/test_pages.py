"""The pages: the catalogue, and an instance with its mathematics."""

import re

import httpx

from tests.conftest import Server


def test_the_catalogue_lists_every_exercise_in_lecture_order(server: Server, client: httpx.Client):
    page = httpx.get(server.url)
    assert page.headers["content-type"].startswith("text/html")
    ids = [exercise["id"] for exercise in client.get("/exercises").json()["items"]]
    assert re.findall(r"<td><code>([A-Za-z0-9-]+)</code></td>", page.text) == ids


def test_the_page_of_an_instance_shows_its_mathematics(server: Server, client: httpx.Client):
    for exercise in client.get("/exercises").json()["items"]:
        instance = client.post(f"/exercises/{exercise['id']}/instances").json()
        page = httpx.get(server.url + instance["page"])
        assert page.status_code == 200
        assert exercise["title"] in page.text
        texts = instance["statement"] + "".join(part["prompt"] for part in instance["parts"])
        assert ("<math" in page.text) == ("$" in texts)
        assert "{{" not in page.text
        for part in instance["parts"]:
            assert f"<code>{part['id']}</code>" in page.text


def test_the_page_follows_the_attempts(server: Server, client: httpx.Client):
    instance = client.post("/exercises/gradient-affine-form/instances").json()
    client.post(
        f"/instances/{instance['id']}/attempts", json={"answers": {"answer": [[v] for v in instance["data"]["w"]]}}
    )
    page = httpx.get(server.url + instance["page"]).text
    assert "Score 100 %" in page
    assert "✓ solved" in page


def test_pages_need_nothing_from_elsewhere(server: Server, client: httpx.Client):
    instance = client.post("/exercises/ls-steps/instances").json()
    for path in ("/", instance["page"]):
        links = re.findall(r'(?:src|href)="([^"]+)"', httpx.get(server.url + path).text)
        assert links
        assert all(link.startswith("/") and not link.startswith("//") for link in links)
        for link in set(links):
            assert httpx.get(server.url + link).status_code == 200


def test_an_unknown_instance_is_not_found(server: Server):
    assert httpx.get(f"{server.url}/instances/nothing").status_code == 404
