"""The section about the Wan2GP that the plugin runs in."""

HEADLINE = "This Wan2GP: {verdict}"
NOT_LOOKED = "not looked at yet"
NOTHING_YET = "Not looked at yet."
SETTINGS = "Settings in force"
ROOTS = "Checkpoint folders, searched in this order"
PROBLEMS = "Problems with folders"
DIFFERENT_WAYS = "What versions do in different ways"

IS_VERIFIED = "Wan2GP {version} is verified: this plugin's rules were compared with what it really downloads."
NOT_VERIFIED = (
    "Wan2GP {version} is not verified: nobody has compared this plugin's rules with what it really downloads."
)
NO_VERSION = (
    "This Wan2GP does not tell its version. It is not verified: nobody has compared this plugin's rules with what it "
    "really downloads."
)
VERIFIED_ARE = "Verified are {versions}. How it is read follows from what it offers, not from its number."
ALL_FOUND = "All that decides downloads was found."
NOT_SURE = "⚠ What is not sure"
DOUBT_MEANS = (
    "While anything here is not sure, no model is called downloaded: one whose files are all on disk is shown as "
    "partial, and “To fetch” says “not sure”."
)

WHAT = "What"
HERE = "Here"
HOW = "How"
COST = "What that costs"
NO_COST = "nothing"
ALL_NAMES_FOUND = "Every name of Wan2GP's that this plugin uses was found."
NAMES_NOT_FOUND = ("{number} name not found in this Wan2GP", "{number} names not found in this Wan2GP")
NAME = "Name"
WITHOUT_IT = "Without it"
