"""A language model behind the verifier: it words answers, and nothing it says is served unconfirmed."""
