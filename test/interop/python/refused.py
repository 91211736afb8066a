class Refused(Exception):
    """The broker's no to CONNECT."""

    def __init__(self, code):
        super().__init__(f"refused with {code}")
        self.code = code
