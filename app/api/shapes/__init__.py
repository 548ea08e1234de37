"""What the API takes and answers, as marshmallow schemas, each with an example: the description is made of
them, and nothing that is not named here leaves."""
