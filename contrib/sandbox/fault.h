/*
 * Misbehaviour on request: rules that make some requests fail. A rule is one line of words,
 * kind=429 rate=0.05 match=/cloudservers; README.md lists the kinds and the words.
 */
#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

#include "contrib/sandbox/spoil.h"

typedef enum {
	CUT_NOTHING,
	CUT_RESET,    /* close without a reply */
	CUT_TRUNCATE, /* promise the whole body, send half */
	CUT_SLOW,     /* send the body in pieces */
	CUT_HUGE,     /* blanks without end in front of the body */
	CUT_BADJSON,  /* a body of the right length that is no JSON */
} FaultCut;

/* What is to be done to one request; all zero: nothing */
typedef struct {
	bool planned;
	void (*answer)(Request *req, int retry_after, const char *code); /* instead of the work */
	void (*spoil)(Request *req, const Spoil *spoil); /* the reply, when it is made */
	Spoil what;
	FaultCut cut;	  /* how the reply is sent */
	bool work;	  /* do the work although no good reply follows */
	int stall_ms;	  /* wait before anything else */
	int size_mb;	  /* of a huge body */
	int piece_ms;	  /* between the pieces of a slow body */
	int retry_after;  /* seconds; -1: no header */
	const char *code; /* interned, or NULL for the kind's own */
} FaultPlan;

/**
 * fault_add - add a rule.
 * @line: one line of text; empty and # lines are accepted and ignored.
 */
bool fault_add(const char *line, GError **error);
/** fault_list - the rules, one a line, each with the number of times it struck. */
void fault_list(GString *out);
void fault_clear(void);
/** fault_seed - what the dice of the rates start from, now and after each fault_clear(). */
void fault_seed(guint32 seed);
/** fault_plan - throw the dice for @req; the first rule that strikes decides. */
void fault_plan(Request *req, FaultPlan *plan);
/** fault_job - should the job that @req starts fail? Returns: an error code, interned, or NULL. */
const char *fault_job(const Request *req);
/** fault_kinds - the names of all kinds, for --help. Owned. */
char *fault_kinds(void);

#endif
