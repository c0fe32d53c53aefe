from flask.testing import FlaskClient


def test_the_list_of_meetings_opens_on_an_empty_database(client: FlaskClient) -> None:
    assert client.get("/").status_code == 200
