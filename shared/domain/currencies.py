"""The currencies in which prices are quoted."""

from typing import Final


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ISO_4217: Final = _codes(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD
    KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO
    NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS
    SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF
    XCD XCG XOF XPF YER ZAR ZMW ZWG
    """
)
_FORMER: Final = _codes(
    """
    ATS BEF BYR CSK CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MRO MTL NLG PTE ROL SIT SKK SLL
    STD TRL VEB VEF ZMK ZWL
    """
)
"""Currencies of histories that reach back."""
_NOT_NATIONAL: Final = _codes("BTC ETH BNB XAU XAG XPT XPD XDR")
"""Cryptocurrencies in which others are quoted, metals, and special drawing rights."""
MINOR_UNITS: Final = {
    "GBp": "GBP",
    "GBX": "GBP",
    "GBx": "GBP",
    "ZAc": "ZAR",
    "ZAC": "ZAR",
    "ILA": "ILS",
    "ILa": "ILS",
    "USX": "USD",
    "USx": "USD",
    "EUX": "EUR",
    "KWF": "KWD",
    "BHF": "BHD",
}
"""Units in which exchanges quote prices, and the currency they are a part of."""
HIGH_INFLATION: Final = _codes("ARS BIF GHS HTG IRR LAK LBP MWK SDG SLE SRD SSP SYP TRY VES ZWG ZWL")
"""Currencies of economies with high inflation as IAS 29 defines it: about 100 % or more in three years.

From the lists of the International Practices Task Force of 2024 and 2025.
"""
_KNOWN: Final = _ISO_4217 | _FORMER | _NOT_NATIONAL


def is_currency(code: str) -> bool:
    """Returns whether a code is that of a currency: of today, a former one, or one to quote others in."""
    return code in _KNOWN
