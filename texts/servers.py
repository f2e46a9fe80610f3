"""What goes wrong when a server is asked: what it is, what to do, and what to do where the server is the Hub."""

OFFLINE_MODE = (
    "The offline mode of huggingface_hub is switched on.",
    "Unset HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE.",
)
NOTHING_ASKED = (
    "The offline mode of huggingface_hub is switched on: nothing was asked.",
    "Unset HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE.",
)
NO_REPOSITORY_NAME = ("“{subject}” cannot be a repository's name.", "Correct the model's definition.")
CERTIFICATE = (
    "The certificate of {server} is not accepted.",
    "Check this computer's clock; behind a proxy or virus scanner, name its certificate in REQUESTS_CA_BUNDLE.",
)
CERTIFICATE_SINCE = (
    "The certificate of {server} is not accepted ({detail}).",
    "Check this computer's clock; behind a proxy or virus scanner, name its certificate in REQUESTS_CA_BUNDLE.",
)
NOT_SAFE = (
    "No safe connection to {server} could be made.",
    "A proxy, a virus scanner or a login page of the network may stand in between.",
)
PROXY = ("The proxy does not lead to {server}.", "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.")
SILENT = (
    "{server} fell silent: nothing came for {timeout_s:g} seconds when asked about {subject}.",
    "Try again later.",
)
NOT_REACHED = (
    "{server} cannot be reached.",
    "Check the network connection, then try again.",
    "Check the network connection and the address in HF_ENDPOINT, if it is set, then try again.",
)
NOT_REACHED_IN_TIME = (
    "{server} cannot be reached: no connection within {timeout_s:g} seconds.",
    "Check the network connection, then try again.",
    "Check the network connection and the address in HF_ENDPOINT, if it is set, then try again.",
)
BAD_ADDRESS = (
    "“{server}” cannot be asked: the address or that of a proxy is not one of http or https.",
    "Correct the model definition or HTTPS_PROXY.",
    "Correct HF_ENDPOINT or HTTPS_PROXY.",
)
BAD_TOKEN = (
    "The access token for {server} holds characters that cannot be sent.",
    "Correct HF_TOKEN, or log in again.",
)
CIRCLE = ("{server} sends the question about {subject} in a circle.", "Try later.")
CUT_OFF = ("The connection to {server} was cut before all was told of {subject}.", "Try again.")
NO_JSON = (
    "{server} answered about {subject} with something that is not JSON.",
    "A login page of the network or a proxy may stand in between: open the address in a browser.",
    (
        "A login page of the network or a proxy may stand in between: open the address in a browser or, if HF_ENDPOINT "
        "names a mirror, unset it."
    ),
)
UNEXPECTED = (
    "{server} answered about {subject} in an unexpected form.",
    "Try again later, or look for an update of this plugin.",
    "Try again later or, if HF_ENDPOINT names a mirror, unset it, or look for an update of this plugin.",
)
OTHER = ("{server} could not be asked ({error}).", "Try again.")

# what a server answers in place of the file or list
TOO_OFTEN = (
    "{server} was asked too often: the rest was left out.",
    "Ask again {when}.",
    "Ask again {when}; with a token in HF_TOKEN the Hub allows more.",
)
NOT_THERE = (
    "{subject} does not exist on {server}: gone or renamed.",
    "Update Wan2GP, or correct the model's definition.",
)
OWN_TROUBLE = ("{server} has trouble of its own (HTTP {status}).", "Try again {when}.")
REFUSED = ("{server} refuses to tell about {subject} (HTTP {status}).", "Try again later.")
LOGIN_NEEDED = (
    "{server} does not show {subject} without a login (HTTP {status}).",
    "Fetch the file with a browser, logged in.",
)
TOKEN_REFUSED = (
    "{server} does not accept your access token.",
    "Make a new one on https://huggingface.co/settings/tokens and put it into HF_TOKEN, or log in again.",
)
CLOSED = ("{server} has closed {subject} to everyone.", "Choose another model.")
ONLY_AFTER_LOGIN = (
    "{server} shows {subject} only after a login, if it exists at all (HTTP 401).",
    "If you have access to it, set HF_TOKEN or run “hf auth login”; else it may be gone or renamed.",
)
CONSENT = (
    "{server} does not show {subject} to you: its owner asks for consent first (HTTP {status}).",
    "Accept the conditions on https://huggingface.co/{subject}, then set HF_TOKEN or run “hf auth login”.",
)
IN_SOME_MINUTES = "in some minutes"
LATER = "later"
AT_SECONDS = "at {clock} (in {number} s)"
AT_MINUTES = "at {clock} (in {number} min)"

# answers that do not tell a size
GONE_FROM_REPOSITORY = (
    "{server} has no {names} in {repository}, or does not tell its size.",
    "If it is gone or renamed, update Wan2GP or correct the model's definition.",
)
QUOTED = "“{name}”"
NOT_IN_TIME = (
    "{server} did not finish its answer within {longest_s:g} seconds.",
    "Try again later.",
)
NO_SIZES = (
    "{server} lists the files of {repository} without their sizes.",
    "If HF_ENDPOINT names a mirror, unset it and ask again.",
)
SHOWS_A_PAGE = (
    "{server} shows a page in place of the file {subject}.",
    "Open the address in a browser: it may ask for a login.",
)
NO_SIZE = ("{server} does not tell the size of {subject}.", "")
THE_HUB = "Hugging Face Hub"
WHAT_SERVERS_TOLD = "What servers told"
