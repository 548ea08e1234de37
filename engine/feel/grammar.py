"""The grammar of FEEL (DMN 1.5, clause 10.3.1.2) for lark's LALR parser, over the tokens of
engine.feel.lexer.

Repetitions keep operators of one precedence in one flat node, so that a long sum does not nest.
`if`, `for`, `some`, `every` and `function` take everything to their right, wherever they stand.
"""

from __future__ import annotations

GRAMMAR = r"""
expression_start: expression
unary_start: MINUS                      -> any_value
           | NOT LPAR tests RPAR        -> negated_tests
           | tests                      -> plain_tests

tests: test (COMMA test)*
test: expression
    | (COMPARE | LESS | MORE) addition           -> comparison

?expression: disjunction

?disjunction: conjunction (OR conjunction)*      -> logic
?conjunction: comparing (AND comparing)*         -> logic
?comparing: addition
    | comparing (COMPARE | LESS | MORE) addition -> compare
    | comparing BETWEEN addition AND addition    -> between
    | comparing IN membership                    -> membership_of

membership: addition
    | (COMPARE | LESS | MORE) addition           -> comparison
    | LPAR test (COMMA test)+ RPAR               -> several

?addition: product ((PLUS | MINUS) product)*     -> chain
?product: power (TIMES power)*                   -> chain
?power: signed (POWER signed)*                   -> chain
?signed: typed
    | MINUS signed                               -> negative
?typed: postfix
    | typed INSTANCE OF type                     -> instance_of

?postfix: primary
    | postfix DOT (NAME | NOT)                   -> path
    | postfix LSQB expression RSQB               -> filtered
    | postfix LPAR RPAR                          -> call
    | postfix LPAR expression (COMMA expression)* RPAR  -> call
    | postfix LPAR named (COMMA named)* RPAR     -> call_named

named: KEY COLON expression

?primary: NUMBER                                 -> number
    | STRING                                     -> string
    | TRUE                                       -> true
    | FALSE                                      -> false
    | NULL                                       -> null
    | AT STRING                                  -> at_literal
    | NAME                                       -> name
    | NOT                                        -> name
    | LPAR expression RPAR                       -> bracketed
    | LPAR (COMPARE | LESS | MORE) addition RPAR -> range_of
    | (LPAR | OPEN_LEFT | LSQB) expression DOTS expression (RPAR | OPEN_RIGHT | RSQB) -> interval
    | LSQB RSQB                                  -> list
    | LSQB expression (COMMA expression)* RSQB   -> list
    | LBRACE RBRACE                              -> context
    | LBRACE entry (COMMA entry)* RBRACE         -> context
    | IF expression THEN expression ELSE expression         -> conditional
    | FOR iterations RETURN expression                      -> for_loop
    | (SOME | EVERY) iterations SATISFIES expression        -> quantified
    | FUNCTION LPAR RPAR body                               -> function
    | FUNCTION LPAR parameter (COMMA parameter)* RPAR body  -> function

entry: (KEY | STRING) COLON expression
iterations: iteration (COMMA iteration)*
iteration: NAME IN expression
    | NAME IN expression DOTS expression
parameter: (NAME | KEY)
    | (NAME | KEY) COLON type
body: expression
    | EXTERNAL expression                        -> external

type: NAME
    | NAME LESS type MORE
    | NAME LESS typed_key (COMMA typed_key)* MORE
    | FUNCTION LESS types MORE ARROW type        -> function_type
    | FUNCTION
    | NULL
types: (type (COMMA type)*)?
typed_key: KEY COLON type

%declare NAME NUMBER STRING KEY NOT DOTS POWER COMPARE LESS MORE PLUS MINUS TIMES COMMA DOT LPAR RPAR
%declare LSQB RSQB LBRACE RBRACE COLON AT ARROW OPEN_LEFT OPEN_RIGHT FOR RETURN IF THEN ELSE SOME EVERY
%declare IN SATISFIES AND OR BETWEEN INSTANCE OF FUNCTION EXTERNAL TRUE FALSE NULL
"""
