"""What those who took part say of a review: asked after its meeting and again after its learning was shared,
answered without a name, shown only where five or more answered (2.6, 2.10; docs/decisions/0024).
"""
