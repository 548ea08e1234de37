"""The disclosure check: before anything of a review is shared, its text is read for what this case must not
tell: names, dates, addresses, numbers and their variants, staff, schools, small numbers, quotations.

The system opens the sealed identity for it (logged) and shows nothing of it: a mark has the text's own words.
A mark that must go blocks the sharing; one to look at needs the word of a second reader.
"""
