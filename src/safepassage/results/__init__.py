"""What the verbs give: typed, frozen results down to the leaves, with their JSON.

Nothing is computed here. Every class says what its fields are, and in which unit; the JSON schema,
the server's responses, the page's TypeScript types and the JSON part of `docs/api.md` are made
from these classes.
"""
