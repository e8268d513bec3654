"""Word lists for reading questions: stock words, openers, words that are neither tickers nor names."""

from typing import Final

from shared.symbols.name_text import word_set

STOCK_WORDS: Final = word_set(
    """
    stock stocks share shares ticker symbol quote price prices equity etf adr earnings dividend
    dividends valuation market-cap revenue profit margins buy sell own hold buying selling shareholders
    rsi pe p/e forecast outlook aktie aktien kurs kursziel dividende bewertung gewinn umsatz kaufen
    verkaufen halten action actions cours titre bourse acheter vendre benefice accion acciones
    cotizacion precio dividendo comprar vender bolsa ganancias acao acoes cotacao preco lucro azione
    azioni titolo titoli prezzo comprare vendere utili prix
    """
)
"""Words, as comparison keys, that make the word beside them an instrument."""

INSTRUMENT_WORDS: Final = word_set("stock shares share ticker symbol aktie aktien action actions")
"""Words that call the word beside them an instrument: "cost stock"."""

METRIC_WORDS: Final = word_set(
    """
    eps yield payout debt cash margin ebitda ebit capitalisation capitalization beta guidance target
    backlog capex buyback buybacks schulden rendite marge verschuldung borsenwert rendement dette deuda
    rentabilidad divida margem debito margine revpar arpu casm rasm gmv churn occupancy comps
    """
)
"""Words that make the name beside them an instrument, as its figures: "apple debt", "EPS of T"."""

LINK_WORDS: Final = word_set(
    """
    of for in the a an is at on to or and vs von bei fur der die das de du des d l la le les del da do
    dos di della dell il lo i gli van et y e o und oder
    """
)
"""Words that may stand between a stock word and the instrument."""

OF_WORDS: Final = word_set("of de di do du")
"""Words between a share, a bank or a head, and the name."""

LIST_WORDS: Final = word_set(
    "and or v vs versus against with und oder gegen mit et ou contre avec y e o u con contra com"
)

NOT_TICKERS: Final = word_set(
    """
    A AI AM AN AND ANY API ARE AS ASAP AT ATH ATM BE BUT BUY BY CAD CAGR CAN CEO CFO CHF CNY COO CPI CTO
    DCA DCF DD DID DO DOES EBIT EBITDA ECB EMA EPS ESG ETA ETF ETFS EU EUR EV EVEN FAQ FCF FDA FED FIND
    FOMC FOR FROM FX FY FYI GAAP GBP GDP GET GIVE GO GOOD HAD HAS HAVE HE HER HIS HOLD HOW I IF IFRS IMO
    IN IPO IRA IRR IRS IS IT ITS JPY KPI KRW LLC LTD M MACD MAY ME MY NASDAQ NEW NEWS NEXT NO NOT NOW
    NYSE OF OK ON ONE OR OTC OUR OUT PDF PE PEG PER PLC PM PPI PR Q1 Q2 Q3 Q4 QE R REIT REITS ROA ROE
    ROI ROIC RSI SAY SEC SEE SELL SHE SMA SO SOME TELL THAN THAT THE THEM THEY THIS TO TOO TTM UK UN UP
    US USA USD VAT VS WAS WE WELL WHAT WHEN WHO WHY WILL WITH YES YOU YOY YTD AG GMBH SE SA KGV KBV KUV
    EZB BIP DER DIE DAS UND IST WIE IL ES EL LA LOS Y EN BCE PIB CAC40 TV PC CD DVD BRB LOL TLDR HODL
    FOMO YOLO U.S U.K E.U ISIN CUSIP CIK WKN USP ERP SAAS B2B NFT DEFI CO2 EPA NATO OPEC IMF WTO GM2
    ADR ADRS GDR ATR ADX VWAP OBV SPAC NAV AUM TER DRIP PEA ISA SIPP TFSA RRSP WACC CAPM DDM NPV FFO
    AFFO COGS ARPU ARR NII NIM M&A LBO CDO CDS MBS TIPS BTP NISA FDIC CAPE PEL G7 G20 REITS
    II III IV VI VII VIII IX XI XII
    R&D SG&A AUD NZD SEK NOK DKK PLN CZK HUF HKD SGD TWD INR BRL MXN ZAR TRY THB IDR ILS
    S.A S.P.A N.V P.L.C ROTE ROCE ROTCE CET1 RWA NPL NPA LTV GMV TAM SOTP NTM LTM EBT EBITA CPM DAU MAU
    LNG EUV FSD BNPL DTC D2C CDMO PBM SKU IPTV SUV SUVS LED OLED LTE 5G 4G IOT API APIS SDK NAND HBM3 HBM3E
    GPA SAT MBA CFA PHD VPN OMG WTF BTW FWIW COVID WWI WWII SWOT FSA AMF CNMV CVM SSN DIY NASA FEMA HMRC
    FCA FINRA SIPC ACA OSHA USDA KYC AML GDPR DSGVO IBAN SEPA SWIFT BRIC BRICS ASEAN NAFTA USMCA VWL BWL FBI
    CDB CDI LCI LCA CRI CRA FII FIIS PGBL VGBL INSS FGTS PEL LDDS SCPI SICAV OPCVM IRPF IRPEF ISEE PIR
    NFL NBA NHS IRP DSR ELS DLS CMA HTS MTS IDECO HBM DRAM GPU CPU LLM GLP EV/EBITDA
    """
)
"""Capital words that are no tickers in a question, though some are tickers somewhere."""

OPENERS: Final = word_set(
    """
    a about also an and any are as at be because been best both but by can compare could did do does
    during each either explain for from get give had has have hello help hey hi how i if in is it its
    let list many may me might more most much my name no not now of ok on or our please say shall she
    should show since so some summarize summarise tell thanks than that the their them then there these
    they think this those to today tomorrow was we were what when where whether which while who whose
    why will with would yes yesterday you your und oder wie wer wo wann warum wieso weshalb welche
    welcher welches ist sind war waren wird werden soll sollte kann konnte hat haben gib zeig zeige
    wieviel nenne erklare vergleiche bitte der die das den dem des ein eine einen einem einer im am auf
    aus bei
    mit nach seit von vor zu zum zur fur uber unter taglich heute gestern morgen mein meine ich du er
    sie es wir ihr nicht auch nur noch schon mehr als ob wenn dann aber dies diese dieser gibt macht
    lohnt et ou comment quel quelle quels quelles quoi qui que quand pourquoi combien est sont etait
    sera dois doit puis peut donne montre explique le la les un une de au aux dans sur sous avec pour
    par je tu il elle nous vous ils elles mon ma mes ce cette ces si mais ne pas plus y a-t-il bonjour
    merci o como quien cuando donde cual cuales cuanto cuanta por son era fue debo debe puedo puede dame
    muestra explica compara el los las una unos unas del al en con sobre para yo ella nosotros ellos mi
    mis este esta pero hola gracias hay va van estan e qual quais quanto quem onde quando sao foi devo
    pode mostre os um uma na nos nas com eu ele ela meu minha mas nao ola obrigado ha vai come che chi
    dove quale quali perche sono puo posso mostra spiega confronta lo gli uno nel nella su per io lui
    lei noi mio mia questo questa non ciao grazie vanno translate define describe deberia conviene merece
    """
)
"""Function words as comparison keys: with a capital they open a sentence and begin no name."""

NOT_NAMES: Final = word_set(
    """
    january february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday q1 q2 q3 q4 wall street main reddit twitter youtube
    wikipedia bloomberg reuters yahoo morningstar english german french spanish portuguese italian
    japanese chinese korean american european asian british america europe asia africa germany france
    spain italy japan china korea india brazil canada australia switzerland usa uk london paris tokyo
    frankfurt new york hong kong taiwan mexico russia ukraine israel fed federal reserve ecb congress
    white house trump biden powell buffett graham lynch sharpe ratio bollinger bands fibonacci
    rote roce rotce black scholes monte carlo gordon growth model dupont piotroski altman excel python
    christmas easter euro euros dollar dollars yen yuan pound pounds franc francs won rupee rupees real
    reais stock stocks
    market markets share shares dividend dividends bond bonds fund funds etf etfs index indices options
    option inflation recession interest rate rates tax taxes revenue earnings profit cash flow price
    prices chart portfolio watchlist report analysis news risk risks sector sectors tech technology
    energy healthcare finance aktie aktien aktienkurs kurs kurse dividende dividenden anleihe anleihen
    fonds zins zinsen steuer steuern umsatz gewinn verlust bilanz markt markte borse depot unternehmen
    firma firmen konzern jahr jahre jahren monat monate woche tag tage quartal quartale zahlen zahl wert
    werte preis preise risiko risiken branche branchen sektor entwicklung prognose bewertung vergleich
    frage fragen antwort nachrichten bericht analyse tipp strategie geld prozent unterschied bedeutung
    kennzahl kennzahlen wachstum rendite schulden eigenkapital kapital anteil anteile ergebnis
    ergebnisse ausblick trend grund grunde anleger investoren kurziel kursziel kaufempfehlung vitamin
    shirt action actions bourse marche acciones bolsa mercado dividendo inflacion acoes dividendos
    inflacao azioni borsa mercato inflazione iphone ipad playstation xbox windows android chatgpt absatz
    auftragseingang auftragsbestand kurspotenzial quartalszahlen geschaftszahlen jahreszahlen halbjahr
    dividendenrendite marktkapitalisierung gewinnwarnung aktienruckkauf hauptversammlung gewinnmarge
    sparplan sparplane sparplans tagesgeld festgeld bausparen immobilie immobilien thanksgiving labor
    santa claus world war jerome lump sum argentina austria osterreich poland turkey egypt greece ireland
    belgium netherlands sweden norway denmark finland portugal g7 g20 reits ideco selic ibex fdic cape
    tochter mutter tochtergesellschaft muttergesellschaft konkurrenz monde mundo welt latin
    exchange exchanges mediterranean suez canal panama basel tesoro tesouro direto bund java olympic olympics
    lakers nobel prize australian antarctica caribbean pacific atlantic islam christian buddha bible christmas
    eastern western northern southern middle east west north south europa afrika asien amerika
    nueva york brasil alemania francia espana italia suiza allemagne espagne italie suisse
    angleterre alemanha franca espanha inglaterra germania spagna svizzera giappone estados etats unis
    unidos stati uniti
    chine inde afrique asie amerique russie bresil japon coree mexique turquie pologne grece suede norvege
    danemark belgique autriche australie nigeria indonesien indonesia indonesie vietnam thailand thailande
    malaysia philippines pakistan iran irak iraq saudi arabia arabie qatar dubai kuwait sudafrika kenya
    chile peru colombia kolumbien venezuela indien russland turkei polen griechenland schweden norwegen
    belgien niederlande finnland ungarn tschechien rumanien ukraina sudkorea mexiko rusia corea turquia
    polonia grecia suecia noruega dinamarca belgica cina messico turchia svezia norvegia danimarca belgio
    olanda holland irland irlande irlanda islande iceland hungary romania czech bulgaria croatia serbia
    kroatien portogallo egitto egypte agypten marokko morocco maroc lateinamerika nordamerika sudamerika
    osteuropa westeuropa
    taipei taipeh milan milano mailand madrid zurich amsterdam seoul shanghai shenzhen mumbai toronto sydney
    stockholm copenhagen kopenhagen oslo lisbon lissabon lisboa lisbonne dublin vienna wien singapore singapur
    fusion restrukturierung kapitalerhohung insolvenz pleite streik ruckruf klage strafe abspaltung borsengang
    nachfrage wettbewerb zukunft chance chancen strafzolle zolle produktion gewinneinbruch kurssturz
    kursentwicklung aktienanalyse stellenabbau ubernahme zone roth zeitraum marge margen umsatze gewinne
    """
)
"""Words as comparison keys that are capitalised without being a company."""

GENERIC_WORDS: Final = word_set(
    """
    growth value tech technology dividend penny good best bad top cheap big small large mid cap blue
    chip chips bank energy oil gold pharma defensive cyclical my your our this that each every single
    any some common preferred tracked first second next last other same new old which what stock market
    individual us european chinese german low high solar wind nuclear uranium lithium copper mining miner
    biotech biotechnology fintech crypto cannabis cyber security cybersecurity artificial intelligence ai
    robotics cloud software semiconductor insurance airline travel luxury retail utility railway shipping
    defense defence electric vehicle auto green clean renewable health healthcare care real estate media
    telecom consumer industrial favorite favourite long short term day trading thing
    back extra additional enough less fewer own
    two three four five six seven eight nine ten twelve twenty fifty hundred thousand million
    """
)
"""Words of kinds and numbers of stocks, which name no company alone: "green energy stock", "five stocks"."""

GERMAN_ARTICLES: Final = word_set(
    """
    der die das den dem des ein eine einen einem einer kein keine keinen keinem keiner im am vom zum zur
    beim ins ans welche welcher welches welchen mein meine meinen meinem meiner dein deine sein seine
    ihr ihre unser unsere euer diese dieser dieses diesen diesem jede jeder jedes alle viele mehr
    weniger hohe hohen gute guten
    """
)
"""German words before a common noun, which has a capital as a name has."""

PLURAL_REFERENCES: Final = word_set(
    """
    they them their both each all two three companies stocks these those beide beiden alle ihnen deren
    diese ils elles eux leur leurs deux tous ambos ambas ellos ellas sus los dos eles elas deles loro
    entrambi entrambe tutti
    """
)
"""Words that mean several companies of the conversation."""

SINGULAR_REFERENCES: Final = word_set("it its damit dazu dagegen")
"""Words that mean one company of the conversation beside the companies of a comparison."""

COMPARISON_WORDS: Final = word_set(
    """
    compare compared comparison versus vs against better worse than cheaper vergleich vergleiche
    vergleichen gegen besser schlechter als comparer comparaison mieux comparar compara comparacion
    mejor peor comparare confronta meglio confronto melhor pior
    """
)

DICTIONARY_TICKERS: Final = word_set(
    """
    baba bac meta voo
    abb adi ads air all alv amd axp ba bas big bros bud car cat coin cost cpu crm cvs dal dd dis ebay
    fast gap ge gm gold gs hd hon hood ing ko lin low lmt ma mar mo ms mu nee now open or ora pep pg pm
    race rio run san sap shop snap so spy sun tap tcs total ual uber ups vale vix vow wit
    """
)
"""Tickers that are words in one of the languages: in lower case they need a clear context."""

TICKERS_OF_OTHER_LANGUAGES: Final = word_set("bac voo baba pep dis ko ms gs gm ge hd mu amd axp cvs lmt")
"""Tickers in lower case that are no English words: a stock word behind them is enough."""
