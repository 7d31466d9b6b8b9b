"""What may stand in an address of the office."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class WordConverter(StringConverter):
    """A number or login ID as somebody may type it; what the database cannot even look for is no address."""

    regex = r"[^/\x00]{1,64}"


register_converter(WordConverter, "word")
