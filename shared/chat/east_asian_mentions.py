"""Finds names in kana, Han and Hangul, and ordinary words that begin with one."""

from shared.chat.listed_mentions import SymbolMention
from shared.symbols.catalogue import SymbolCatalogue
from shared.symbols.known_phrases import known_phrases


def east_asian_mentions(text: str, catalogue: SymbolCatalogue) -> list[SymbolMention]:
    """Returns the names of a question, overlapping ones too, the longest first; words have no instrument.

    The longest name wins: 三星SDI is another company than 三星, and 高通胀 is none.

    Args:
        text: The question.
        catalogue: The instruments that are known without a look-up.
    """
    phrases = known_phrases()
    found = [
        *(SymbolMention(symbol, start, end, by_name=True) for start, end, symbol in catalogue.names_in(text)),
        *(
            SymbolMention("", start, end, searched=name)
            for start, end, name in phrases.companies.east_asian.find(text)
        ),
        *(SymbolMention("", start, end) for start, end, _ in phrases.no_instruments.east_asian.find(text)),
    ]
    return sorted(found, key=lambda one: one.start - one.end)
