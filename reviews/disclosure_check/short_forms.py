"""Given names and what people make of them: short forms, nicknames and the same name in another language of
these islands. Facts, our own compilation. Each line is one name in all its forms."""

from __future__ import annotations

from functools import cache

_FORMS = """
abdul abdullah abdulrahman
abigail abby abbie abi gail
adam ad addy
adelaide addie heidi
agnes aggie nessa nest
alan allan allen al alun
albert al bert bertie albie
alexander alex alec al sandy xander zander lex alasdair alistair sasha
alexandra alex alexa sandra lexi lexie sasha allie
alfred alf alfie fred
alice ali allie alys alicia
alison ali allie alisoun
amanda mandy manda
amelia millie mia emilia amy
andrew andy drew andi andras
angela angie ange
anna ann anne annie nan nancy hannah anya ania nina
annabel annabelle bella belle anna
anthony tony ant antony
antonia toni tonia
archibald archie
arthur art artie
barbara barb barbie babs
barnaby barney
bartholomew bart
beatrice bea trixie bee beti
benjamin ben benji benny
bernard bernie
bethan beth bethany
bradley brad
brian bryan bri
bronwen bron
cameron cam
caroline carol carrie caz caro carolyn
catherine cath cathy katherine kathryn kate katie kathy kay kitty cat kat catrin cadi kathleen caitlin karen
cecilia cissy celia cece
charles charlie chas chuck carl siarl
charlotte charlie lottie lotte lola char chaz
christian chris
christina chris chrissie tina christine kirsty kirsten
christopher chris kit topher kris
clara clare claire clair
clementine clem clemmie
constance connie
cornelius con
curtis curt
daniel dan danny dani deiniol
danielle dani danni
david dave davy dai dafydd dewi taffy
deborah deb debbie debs debra
dennis den denny
diana di diane
dominic dom nick
donald don donnie
dorothy dot dottie dolly thea dora
douglas doug dougie
duncan dunc
edith edie
edmund ed eddie ted
edward ed eddie ted teddy ned edwin
eleanor ellie nell nellie nora elinor ella lena elin
elizabeth liz lizzie lizzy beth betty bess bessie betsy eliza elsie libby lisa lisbeth ellie elspeth
elizabeth elisabeth bethan
ellen nell nellie ellie helen
emily em emmy millie emmeline
emma em emmy ems
ernest ernie
esther essie hester
eugene gene
evan ifan ieuan ioan
evelyn eve evie lyn
fiona fi
florence flo florrie flossie flora
frances fran frankie fanny francesca
francis frank frankie fran
frederick fred freddie freddy
gabriel gabe gabby
gabriella gabrielle gabby gaby ella
gareth gaz gary garth
geoffrey geoff jeff jeffrey
georgina georgia georgie gina george
george georgie sior
gerald gerry jerry
gillian gill jill
gladys glad gwladys
grace gracie
graham grahame
gregory greg gregor
guinevere gwen jennifer
gwendolen gwen gwenllian
harold harry hal
harriet hattie harrie
henry harry hal hank
hermione hermie
howard howie
hugh hughie huw hugo
humphrey humph
ian iain
ibrahim abraham abe bram
imogen immy imo
irene rene
isaac ike zac zak
isabel isabella izzy bella issy isobel isla belle
isaiah ike
ismail ish
ivan van
jacob jake jac
jacqueline jackie jacqui
james jim jimmy jamie jem seamus iago
jane janey jayne sian jan janet
janet jan netta sioned
jasmine jas jaz yasmin
jason jay jase
jeremy jem jerry
jessica jess jessie
joan joanie siwan
joanna jo joanne joey
john jack johnny jon jock sean ian sion ioan
jonathan jon jonny jono nathan
joseph joe joey jo jos
josephine jo josie josey
joshua josh
joyce joy
judith judy jude
julia julie jules
julian jules
justine just
katarzyna kasia
kenneth ken kenny
kevin kev
kimberley kim kimmy
krystyna krysia
laura laurie lori lowri
laurence larry laurie lawrence loz
leonard len lenny leo
leslie les
lewis lew louis lou
lillian lily lil lilian lilly
llewellyn llew lyn
linda lin lindy lyn
louise lou lulu
lucy lou luce lucinda
luke luc
madeleine maddie maddy madeline
malcolm mal
margaret maggie meg megan peggy marge margie madge greta daisy rita mared marged mags
marcus marc mark
maria mary mia ria mariah marie
martha marty mattie
martin marty martyn
mary molly polly may mae mair mari maria marie mimi
matilda tilly tilda mattie
matthew matt matty mathew
maureen mo maura
maximilian max maxim maxwell
maxine max
melanie mel
melissa mel lissa missy
michael mike mick micky mickey mikey meical
michelle shell chelle
millicent millie milly
miranda mandy randy
mohammed mohammad muhammad mohamed mohd mo mohamad
morgan morg
myfanwy fanw myf
nadia nadya
natalie nat natty natasha
natasha tash tasha nat
nathaniel nat nate nathan
nicholas nick nicky nico nicolas
nicola nicky nic niki nicole
nigel nige
oliver ollie olly
olivia liv livvy livia
oscar ossie
owen owain
pamela pam pammy
patricia pat patsy patty trish tricia
patrick pat paddy padraig
paul paulie pol
pauline paula
penelope penny pen nell
peter pete pedr
philip phil pip phillip
philippa pip pippa
phoebe phoebs
phyllis phyl
piotr peter
priscilla cilla prissy
prudence prue
rachel rach rachael
raymond ray
rebecca becky becca bex becs
reginald reg reggie
rhiannon rhi annon
rhys rees reece
richard rick ricky rich richie dick dickie
robert rob robbie bob bobby bert robin robyn
roberta bobbie
rodney rod
roger rog
roland rollo
ronald ron ronnie
rosalind ros roz rosie
rosemary rose rosie romy
rose rosie rosa rosina
rowena ro
rupert ru
russell russ
ruth ruthie
sabrina bri
salim sal
samantha sam sammy sammie
samuel sam sammy sami
sandra sandy
sarah sally sal sara sadie
scarlett scar
sebastian seb bas
sharon shaz shazza
sheila shelly
shirley shirl
sidney sid syd
simon si sim
sophia sophie soph sofia
stanley stan
stephanie steph stevie
stephen steve stevie steven steffan
stewart stu stuart
susan sue susie suzy susannah suzanne suki sian
sylvia sylvie silvia
tabitha tabby
tamara tammy
tamsin tam tammy
terence terry tel
teresa terry tess tessa theresa resa
theodore theo ted teddy
thomas tom tommy twm
tiffany tiff
timothy tim timmy
tobias toby
tracey trace tracy
tristan tris trystan
ursula ursie
valerie val
vanessa nessa ness
veronica ronnie vera
victor vic
victoria vicky vikki tori tory vic vix
vincent vin vince vinny
violet vi
virginia ginny ginnie
vivian viv vivien
walter wal walt wally
wendy wend
wilfred wilf
wilhelmina mina minnie billie
william will bill billy liam willy gwilym wil
winifred win winnie freda
wyn wynne
yvonne eve yve
yusuf joseph yousef yusef
zachary zac zak zach zack
zebedee zeb
zoe zo
"""


@cache
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _FORMS.splitlines():
        names = line.split()
        for name in names:
            found.setdefault(name, set()).update(names)
    return {name: frozenset(forms) for name, forms in found.items()}


def forms_of(name: str) -> frozenset[str]:
    """Every form of a plain given name that is known, without the name itself."""
    return _groups().get(name, frozenset()) - {name}
