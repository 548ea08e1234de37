"""Files of a review: looked at before they are kept, sealed in the database, shown to those who may see the
part they belong to, stripped of what they tell beside their words before they are shared.

`examine` says what a file is or refuses it; `reviews.files.commands` adds, removes, copies and shares;
`reviews.files.reading` lists and opens; `reviews.files.scanning` asks the virus scanner.
"""
