// The protocol by which pieces are given out, parsed, merged and given out again when processes die: every byte is merged
// exactly once, and a run with a bounded number of deaths comes to its end. Checked by `spin`; see README.md, `run`.
//
// For whoever changes it: every `atomic` is one step that nothing can divide. A death may come between any two steps, so
// what is one step here must either be one in the code as its neighbours see it, or be undone by the death as a whole
// (what only lives in the memory of the process that dies). Variables of a dead process are set to zero, so that states
// that differ by nothing are one state. An expression that goes on in the next line must end with its operator: spin takes
// a line end for a semicolon.
//
// What is left out, and why nothing is lost by it:
// * The socket from the supervisor to the reader: the reader takes in a message in the step in which it is passed on. A
//   message that would wait there waits in `toSupervisor` instead, in the same order; a reader that dies in between is the
//   case that the supervisor passes a message on to a dead one. What the supervisor does meanwhile depends on neither.
// * The sockets from supervisor to parsers and aggregator: pipes are named by numbers, and taking one up is a step.
// * The queue between collectors and committer: it keeps results and marker of each pipe in order, and no order between
//   pipes. So a marker is a step that is possible when its pipe has been read to the end.
// * The first part of a result on its way: nobody does anything with it. A parser that dies may leave it behind (`PART`).
// * The names of dropped pieces in `pending`: their feedback is about no entry any more, so it changes nothing but counts.
//
// The input is four bytes. The reader cuts it at 2 and 3, into [0,2) [2,3) [3,4). Either each of these starts a record,
// or a record reaches over bytes 1 and 2: then the guess at 2 is wrong, and 1 and 3 are the true starts.

#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef WINDOW
#define WINDOW 3 // Entries of the ledger.
#endif
#ifndef PIECE_ROOM
#define PIECE_ROOM 1 // Pieces in a pipe.
#endif

// All that can wait between aggregator and reader.
#ifdef MUTANT_FEEDBACK_BOUNDED
#define FEEDBACK_ROOM 3 // What one reader can have given out.
#else
#define FEEDBACK_ROOM 10
#endif

#define SIZE 4
#define ALL 15 // One bit for each byte.
#define PARSERS 2
// A link is made anew at most once for each death, so its pipes are numbered from 0 to DEATHS.
#define PIPES (DEATHS + 1)
#define PIPE(i, number) ((i) * PIPES + (number))

mtype = { RECEIVED, REDO, FINISHED, DRAINED, RESUMED } // Control messages; REDO is RECEIVED with a request.
mtype = { PIECE, RESULT, PART, END } // Frames; PART is the beginning of a result.
mtype = { IDLE, PARSED, ENDING, ENDED } // Parsers.

// ---- What is between the processes, kept by the kernel ----

// start, end, attempt. Reader -> parser, the numbers of their pipes: the newest, the reader's, the parser's.
chan pieces[PARSERS * PIPES] = [PIECE_ROOM] of { mtype, byte, byte, byte };
byte newestPieces[PARSERS], readerPipe[PARSERS], parserPipe[PARSERS];

// Parser -> aggregator: the newest pipe, the one that the parser writes to.
chan results[PARSERS * PIPES] = [1] of { mtype, byte, byte, byte };
byte newestResults[PARSERS], resultPipe[PARSERS];

// Aggregator -> supervisor (-> reader). RECEIVED, REDO: start, attempt, boundary. DRAINED: parser, pipe. RESUMED: the old
// pipes of both parsers, boundary.
chan toSupervisor = [FEEDBACK_ROOM] of { mtype, byte, byte, byte };

// What outlives the aggregator.
byte savedBoundary, savedBytes;

// ---- The processes ----

bool wrongGuess; // The world: whether the guess at 2 is wrong.
byte deathsLeft = DEATHS;
bool isOver;

bool readerLives = true, aggregatorLives = true, parserLives[PARSERS] = true;

#define NOBODY 0
#define AGAIN 3 // To be given out again; 1 and 2 are parsers.

// Reader: `PieceLedger` and what `SpreadPieceOutlet` remembers, by start.
byte entryEnd[SIZE], entryAttempt[SIZE], entryHolder[SIZE];
byte nextStart, readerCommitted, redoFrom; // redoFrom: 0 for none, else the start + 1.
byte twice; // Bits: starts that are given out twice more; only in mutants.
byte sendingTo, sendingStart; // sendingTo: 0 for none, else the parser + 1.
byte attempt; // Counted on over all readers: the supervisor gives each of them a range of its own.
bool readerEnds;
byte endsOwed; // Bits: parsers that are still to be given an end frame.

// Parsers.
mtype phase[PARSERS] = IDLE;
byte workStart[PARSERS], workEnd[PARSERS], workAttempt[PARSERS];

// Aggregator: `Committer` and its collectors.
byte boundary, merged; // merged: one bit for each byte.
byte waitingEnd[SIZE]; // By start: the end of the piece; 0 for none.
byte takenStart, takenAttempt;
byte stage; // 0: waits for a result. 1: has feedback to send. 2: has merged and not saved. 3: only in mutants.
bool asksRedo, hasFinished;
byte linkEnds; // Bits: parsers whose end frame has come.
byte drained[PARSERS]; // Bits: pipes that were read to their end.

// Supervisor.
byte seenBoundary;
bool seenFinished;
bool owesLost[PARSERS]; // A new incarnation whose predecessor has not been declared lost.
byte seenDrained[PARSERS]; // Bits: pipes.
byte declaredLost[PARSERS]; // Pipes below this number are of attempts that were declared lost.

hidden byte each, chosen, end, bits;

// ---- Death and end: what lives in the memory of a process is gone ----

inline forget(first, behind) {
  for (each : 0 .. SIZE - 1) {
    if
    :: first <= each && each < behind ->
      entryEnd[each] = 0; entryAttempt[each] = 0; entryHolder[each] = NOBODY
    :: else
    fi
  }
}

#define TO_AGGREGATOR(i) results[PIPE(i, resultPipe[i])]
// Whether nobody reads what a parser sends: the aggregator has died, and another may have taken its place.
#define IS_BROKEN(i) (!aggregatorLives || resultPipe[i] < newestResults[i])

inline rest(i) {
  phase[i] = IDLE; workStart[i] = 0; workEnd[i] = 0; workAttempt[i] = 0
}

inline stopReader() {
  readerLives = false;
  forget(0, SIZE);
  nextStart = 0; readerCommitted = 0; redoFrom = 0; sendingTo = 0; sendingStart = 0; readerEnds = false; endsOwed = 0
}

inline stopParser(i) {
  // What has been sent stays in the pipe, and so does the part of a result that was about to be sent.
  if
  :: phase[i] == PARSED && !IS_BROKEN(i) && len(TO_AGGREGATOR(i)) == 0 ->
    TO_AGGREGATOR(i) ! PART(workStart[i], workEnd[i], workAttempt[i])
  :: true
  fi;
  parserLives[i] = false;
  rest(i);
  for (each : 0 .. PIPES - 1) {
    do
    :: pieces[PIPE(i, each)] ? _(_, _, _)
    :: empty(pieces[PIPE(i, each)]) -> break
    od
  }
}

inline stopAggregator() {
  aggregatorLives = false;
  boundary = 0; merged = 0; takenStart = 0; takenAttempt = 0; stage = 0; asksRedo = false; hasFinished = false;
  linkEnds = 0; drained[0] = 0; drained[1] = 0;
  for (each : 0 .. SIZE - 1) { waitingEnd[each] = 0 }
  for (each : 0 .. PARSERS * PIPES - 1) {
    do
    :: results[each] ? _(_, _, _)
    :: empty(results[each]) -> break
    od
  }
}

// The answer is written. What the others do now is seen by nobody.
inline endRun() {
  stopReader(); stopParser(0); stopParser(1); stopAggregator();
  do
  :: toSupervisor ? _(_, _, _)
  :: empty(toSupervisor) -> break
  od;
  deathsLeft = 0;
  isOver = true
}

// ---- Reader: `ReaderStage` ----

// Where a piece ends that starts at `start`: on a grid that depends on nothing else.
#ifdef MUTANT_OTHER_GRID
#define CUT(start) ((start) == 0 -> 2 + (attempt > 0) : (start) + 1)
#else
#define CUT(start) ((start) == 0 -> 2 : (start) + 1)
#endif
#define HELD(by) ((entryHolder[0] == by) + (entryHolder[1] == by) + (entryHolder[2] == by) + (entryHolder[3] == by))
#define ENTRIES ((entryEnd[0] > 0) + (entryEnd[1] > 0) + (entryEnd[2] > 0) + (entryEnd[3] > 0))
#if defined(MUTANT_DOUBLE_REQUEUE) || defined(VARIANT_GIVE_TWICE)
#define GIVES_TWICE 1
#else
#define GIVES_TWICE 0
#endif
#define CAN_GIVE (redoFrom > 0 || HELD(AGAIN) > 0 || (nextStart < SIZE && ENTRIES < WINDOW))
// The code gives out all that it can before it listens; the protocol does not depend on that.
#ifdef VARIANT_READER_LISTENS
#define READER_LISTENS true
#else
#define READER_LISTENS (readerEnds || !CAN_GIVE)
#endif
// Whether nobody reads what the reader sends to a parser: it has died, and another may have taken its place.
#define IS_DEAF(i) (!parserLives[i] || readerPipe[i] < parserPipe[i])
// Whether feedback is about a piece that this reader has given out.
#ifdef VARIANT_NO_ATTEMPT_CHECK
#define IS_OWN(start, name) (entryEnd[start] > 0)
#else
#define IS_OWN(start, name) (entryEnd[start] > 0 && entryAttempt[start] == name)
#endif
// Whether a request is obeyed. It must be, even if it is about a piece of the reader's predecessor.
#ifdef MUTANT_REDO_OF_OWN_ONLY
#define OBEYS(start, name) IS_OWN(start, name)
#else
#define OBEYS(start, name) true
#endif
#define TO_PARSER(i) pieces[PIPE(i, readerPipe[i])]

inline enter(start, behind) {
  entryEnd[start] = behind;
  entryAttempt[start] = attempt
}

// Chooses what to give out next, as `chosen`, and enters it.
inline choosePiece() {
  if
  :: redoFrom > 0 ->
    chosen = redoFrom - 1;
    assert(chosen == 1);
    // At least twice as far as before, up to the next start that is known.
    forget(chosen, 3);
    attempt++;
    enter(chosen, 3);
    nextStart = (nextStart < 3 -> 3 : nextStart);
    redoFrom = 0
  :: else ->
    if
    :: HELD(AGAIN) > 0 ->
      chosen = 0;
      do
      :: entryHolder[chosen] == AGAIN -> break
      :: else -> chosen++
      od
    :: else ->
      chosen = nextStart;
      enter(chosen, CUT(chosen));
      nextStart = CUT(chosen)
    fi
  fi
}

inline takeFeedback(start, name, committed) {
  if
  :: IS_OWN(start, name) -> entryHolder[start] = NOBODY
  :: else
  fi;
  readerCommitted = (committed > readerCommitted -> committed : readerCommitted);
  forget(0, readerCommitted);
  nextStart = (nextStart < readerCommitted -> readerCommitted : nextStart)
}

inline endReader() {
  readerEnds = true;
  endsOwed = 3;
  forget(0, SIZE);
  nextStart = 0; readerCommitted = 0; redoFrom = 0
}

inline takeRedo(start, name, committed) {
  if
  :: OBEYS(start, name) -> redoFrom = committed + 1
  :: else
  fi;
  takeFeedback(start, name, committed)
}

inline takeRewound(committed) {
  assert(committed >= readerCommitted); // The bytes of a stream are gone once they are committed.
  forget(0, SIZE);
  redoFrom = 0;
  nextStart = committed;
  readerCommitted = committed;
  attempt++
}

inline takeLost(i, number) {
  readerPipe[i] = number;
  if
  :: readerEnds ->
#ifndef MUTANT_READER_LEAVES
    // Its successor must be told of the end, too.
    endsOwed = endsOwed | (1 << i)
#else
    skip
#endif
  :: else ->
    attempt++;
    for (each : 0 .. SIZE - 1) {
      if
      :: entryHolder[each] == i + 1 ->
        entryHolder[each] = AGAIN; entryAttempt[each] = attempt;
        twice = twice | ((1 << each) * GIVES_TWICE)
      :: else
      fi
    }
  fi
}

inline sendEnd(i) {
  if
  :: IS_DEAF(i)
  :: else -> TO_PARSER(i) ! END(0, 0, 0)
  fi;
  endsOwed = endsOwed & ~(1 << i)
}

#define CAN_SEND (IS_DEAF(sendingTo - 1) || len(TO_PARSER(sendingTo - 1)) < PIECE_ROOM)

inline sendPiece() {
  if
  :: IS_DEAF(sendingTo - 1) // It fails; the parser's loss will be told.
  :: else -> TO_PARSER(sendingTo - 1) ! PIECE(sendingStart, entryEnd[sendingStart], entryAttempt[sendingStart])
  fi;
  sendingTo = 0; sendingStart = 0
}

proctype Reader() {
  do
  :: atomic {
      readerLives && !readerEnds && sendingTo == 0 && CAN_GIVE ->
      choosePiece();
      sendingTo = (HELD(2) < HELD(1) -> 2 : 1);
      entryHolder[chosen] = (twice & (1 << chosen) -> AGAIN : sendingTo);
      twice = twice & ~(1 << chosen);
      sendingStart = chosen;
      if
      :: CAN_SEND -> sendPiece()
      :: else // It waits for room.
      fi
    }
  :: atomic { sendingTo > 0 && CAN_SEND -> sendPiece() }
  :: atomic { readerLives && (endsOwed & 1) && (IS_DEAF(0) || len(TO_PARSER(0)) < PIECE_ROOM) -> sendEnd(0) }
  :: atomic { readerLives && (endsOwed & 2) && (IS_DEAF(1) || len(TO_PARSER(1)) < PIECE_ROOM) -> sendEnd(1) }
  :: isOver -> break
  od
}

// ---- Parser: `ParserStage` ----

#define FROM_READER(i) pieces[PIPE(i, parserPipe[i])]

proctype Parser(byte i) {
  do
  :: atomic {
      parserLives[i] && (phase[i] == IDLE || phase[i] == ENDED) && len(FROM_READER(i)) > 0 ->
      if
      :: FROM_READER(i) ? PIECE(workStart[i], workEnd[i], workAttempt[i]) ->
        assert(phase[i] == IDLE);
#ifdef VARIANT_ATTACH_FIRST
        resultPipe[i] = newestResults[i];
#endif
        phase[i] = PARSED
      :: FROM_READER(i) ? END(_, _, _) -> phase[i] = (phase[i] == IDLE -> ENDING : ENDED)
      fi
    }
  // The reader has died and has a successor. What stands in its pipe is read first.
  :: atomic {
      parserLives[i] && (phase[i] == IDLE || phase[i] == ENDED) && len(FROM_READER(i)) == 0 &&
      parserPipe[i] < newestPieces[i] ->
      parserPipe[i]++
    }
#ifdef MUTANT_END_BY_EOF
  :: atomic {
      parserLives[i] && phase[i] == IDLE && len(FROM_READER(i)) == 0 && !readerLives && parserPipe[i] == newestPieces[i] ->
      phase[i] = ENDING
    }
#endif
  :: atomic {
      phase[i] == PARSED && !IS_BROKEN(i) && len(TO_AGGREGATOR(i)) == 0 ->
      TO_AGGREGATOR(i) ! RESULT(workStart[i], workEnd[i], workAttempt[i]);
      rest(i)
    }
  :: atomic {
      phase[i] == ENDING && !IS_BROKEN(i) && len(TO_AGGREGATOR(i)) == 0 ->
      TO_AGGREGATOR(i) ! END(0, 0, 0);
      phase[i] = ENDED
    }
#if defined(MUTANT_DROP_ON_BROKEN_PIPE) || defined(VARIANT_ATTACH_FIRST)
  :: atomic { phase[i] == PARSED && IS_BROKEN(i) -> rest(i) }
  // The thread that listens to the control socket takes its time.
  :: atomic {
      parserLives[i] && aggregatorLives && resultPipe[i] < newestResults[i] ->
      resultPipe[i] = newestResults[i];
      if
      :: phase[i] == ENDED -> phase[i] = ENDING
      :: else
      fi
    }
#else
  // The aggregator has a successor: what could not be sent as a whole is sent to it.
  :: atomic {
      phase[i] != IDLE && aggregatorLives && resultPipe[i] < newestResults[i] ->
      resultPipe[i] = newestResults[i];
      if
#ifndef MUTANT_END_ONCE
      :: phase[i] == ENDED -> phase[i] = ENDING
#endif
      :: else
      fi
    }
#endif
  :: isOver -> break
  od
}

// ---- Aggregator: `AggregatorStage`, `Committer`, and a collector for each pipe ----

// How far the piece [start, behind) can be read: an open record is left to the next piece.
#define REACH(start, behind) (wrongGuess && (behind) == 2 && (start) < 2 -> 1 : (behind))

#define BIT(number) (1 << (number))
#define COLLECTS(i, number) \
  (aggregatorLives && stage == 0 && number <= newestResults[i] && !(drained[i] & BIT(number)))

inline merge(start, behind) {
  bits = BIT(behind) - BIT(start);
  assert((merged & bits) == 0);
  merged = merged | bits
}

#define MUST_COMMIT (!asksRedo && boundary < SIZE && waitingEnd[boundary & 3] > 0)

inline commit() {
  end = REACH(boundary, waitingEnd[boundary]);
  asksRedo = end < waitingEnd[boundary];
  merge(boundary, end);
  waitingEnd[boundary] = 0;
  boundary = end;
  for (each : 0 .. SIZE - 1) {
    if
    :: each < boundary -> waitingEnd[each] = 0
    :: else
    fi
  }
}

// After a result was taken or a commitment saved: the next commitment in memory, or else it is time for feedback.
inline next() {
  if
  :: MUST_COMMIT -> commit(); stage = 2
  :: else -> stage = 1
  fi
}

inline takeResult(i, number) {
  results[PIPE(i, number)] ? _(takenStart, end, takenAttempt);
  // What was declared lost has been read to its end before.
  assert(number >= declaredLost[i]);
  if
  :: hasFinished -> takenStart = 0; takenAttempt = 0
  :: else ->
#ifdef MUTANT_NO_BOUNDARY_CHECK
    merge(takenStart, REACH(takenStart, end));
    asksRedo = REACH(takenStart, end) < end;
    boundary = (merged == ALL -> SIZE : ((merged & 7) == 7 -> 3 : ((merged & 3) == 3 -> 2 : merged & 1)));
    stage = 2
#else
#if defined(MUTANT_DOUBLE_REQUEUE) || defined(MUTANT_LATE_IS_MERGED)
    if
    :: takenStart < boundary -> merge(takenStart, REACH(takenStart, end))
    :: else
    fi;
#endif
    if
    :: takenStart >= boundary && waitingEnd[takenStart] == 0 -> waitingEnd[takenStart] = end
    :: else // Late, or there already.
    fi;
    next()
#endif
  fi;
  end = 0
}

#ifdef MUTANT_SAVE_AFTER_FEEDBACK
#define AFTER_FEEDBACK 3
#else
#define AFTER_FEEDBACK 0
#endif

inline sendFeedback() {
  if
  :: boundary == SIZE -> toSupervisor ! FINISHED(0, 0, 0); hasFinished = true
  :: boundary < SIZE && asksRedo -> toSupervisor ! REDO(takenStart, takenAttempt, boundary)
  :: else -> toSupervisor ! RECEIVED(takenStart, takenAttempt, boundary)
  fi;
  takenStart = 0; takenAttempt = 0; asksRedo = false
}

// The range is marked as merged, but of its contents only a part has come.
inline takePart(i, number) {
  results[PIPE(i, number)] ? PART(takenStart, end, takenAttempt);
  if
  :: takenStart == boundary -> boundary = REACH(takenStart, end); stage = 2
  :: else -> takenStart = 0; takenAttempt = 0
  fi;
  end = 0
}

// Whether what a dead parser has sent is thrown away, because its loss is told at once.
#ifdef VARIANT_DISCARD
#define IS_DISCARDED(i, number) (number < newestResults[i])
#else
#define IS_DISCARDED(i, number) false
#endif

// What is read from one pipe: results, an end frame, and its end, where the part of a result is dropped.
#define COLLECT(i, number) \
  :: atomic { COLLECTS(i, number) && RESULT_IS_HERE(i, number) && !IS_DISCARDED(i, number) -> takeResult(i, number) } \
  :: atomic { COLLECTS(i, number) && results[PIPE(i, number)] ? [END(_, _, _)] -> \
      results[PIPE(i, number)] ? END(_, _, _); linkEnds = linkEnds | BIT(i) } \
  :: atomic { COLLECTS(i, number) && (number < newestResults[i] || !parserLives[i]) && len(toSupervisor) < FEEDBACK_ROOM && \
      (IS_DISCARDED(i, number) || !RESULT_IS_HERE(i, number)) && !(results[PIPE(i, number)] ? [END(_, _, _)]) -> \
      if \
      :: results[PIPE(i, number)] ? _(_, _, _) \
      :: empty(results[PIPE(i, number)]) \
      fi; \
      drained[i] = drained[i] | BIT(number); \
      toSupervisor ! DRAINED(i, number, 0) }

#define RESULT_IS_HERE(i, number) (results[PIPE(i, number)] ? [RESULT(_, _, _)])

proctype Aggregator() {
  do
  COLLECT(0, 0)
  COLLECT(1, 0)
#if DEATHS > 0
  COLLECT(0, 1)
  COLLECT(1, 1)
#endif
#if DEATHS > 1
  COLLECT(0, 2)
  COLLECT(1, 2)
#endif
#if DEATHS > 2
  COLLECT(0, 3)
  COLLECT(1, 3)
#endif
  // Boundary and contents are one record, which counts as a whole or not at all.
#ifdef MUTANT_SAVE_IN_TWO
  :: atomic { stage == 2 -> savedBoundary = boundary; stage = 3 }
  :: atomic { stage == 3 -> savedBytes = merged; next() }
#elif defined(MUTANT_SAVE_AFTER_FEEDBACK)
  :: atomic { stage == 2 -> next() }
  :: atomic { stage == 3 -> savedBoundary = boundary; savedBytes = merged; stage = 0 }
#else
  :: atomic { stage == 2 -> savedBoundary = boundary; savedBytes = merged; next() }
#endif
#ifdef MUTANT_MERGE_BEFORE_CHECK
  :: atomic { COLLECTS(0, 0) && results[PIPE(0, 0)] ? [PART(_, _, _)] -> takePart(0, 0) }
  :: atomic { COLLECTS(1, 0) && results[PIPE(1, 0)] ? [PART(_, _, _)] -> takePart(1, 0) }
#endif
  :: atomic { stage == 1 && len(toSupervisor) < FEEDBACK_ROOM -> sendFeedback(); stage = AFTER_FEEDBACK }
  :: atomic {
      aggregatorLives && stage == 0 && linkEnds == 3 ->
      assert(boundary == SIZE && merged == ALL);
      assert(savedBoundary == SIZE && savedBytes == ALL);
      endRun()
    }
  :: isOver -> break
  od
}

// ---- Supervisor ----

#if defined(MUTANT_NO_DRAIN) || defined(VARIANT_DISCARD)
#define IS_DRAINED(i) true
#else
#define IS_DRAINED(i) (seenDrained[i] == BIT(newestResults[i]) - 1)
#endif

// The loss of a parser is told when all that its incarnations have sent is taken in. A reader that has been started
// since then has the new pipe.
inline tellLost(i) {
  owesLost[i] = false;
  declaredLost[i] = newestResults[i];
  takeLost(i, newestPieces[i])
}

inline startParser(i) {
  newestPieces[i]++;
  parserPipe[i] = newestPieces[i];
  newestResults[i]++;
  resultPipe[i] = newestResults[i];
  parserLives[i] = true;
  owesLost[i] = true
}

inline startReader() {
  for (each : 0 .. PARSERS - 1) {
    newestPieces[each]++;
    readerPipe[each] = newestPieces[each];
    owesLost[each] = false
  }
  readerLives = true;
  attempt++;
  if
  :: seenFinished -> endReader()
  :: else -> nextStart = seenBoundary; readerCommitted = seenBoundary
  fi
}

inline startAggregator() {
  // What stood in the old pipes is gone with their reader.
  for (each : 0 .. PARSERS - 1) {
    newestResults[each]++;
    drained[each] = BIT(newestResults[each]) - 1
  }
  aggregatorLives = true;
  boundary = savedBoundary;
  merged = savedBytes;
  toSupervisor ! RESUMED(drained[0], drained[1], boundary);
  if
  :: boundary == SIZE -> hasFinished = true; toSupervisor ! FINISHED(0, 0, 0)
  :: else
  fi
}

// Whether a message can be passed on: the reader listens, or has died, and then it is lost.
#define PASSES (!readerLives || (sendingTo == 0 && READER_LISTENS))

proctype Supervisor() {
  byte start, name, committed;
  do
  :: atomic {
      !isOver && PASSES && len(toSupervisor) > 0 ->
      if
      :: toSupervisor ? RECEIVED(start, name, committed) ->
        seenBoundary = committed;
        if
        :: readerLives && !readerEnds -> takeFeedback(start, name, committed)
        :: else
        fi
      :: toSupervisor ? REDO(start, name, committed) ->
        seenBoundary = committed;
        if
        :: readerLives && !readerEnds -> takeRedo(start, name, committed)
        :: else
        fi
      :: toSupervisor ? FINISHED(_, _, _) ->
        seenFinished = true;
        if
        :: readerLives && !readerEnds -> endReader()
        :: else
        fi
      :: toSupervisor ? DRAINED(start, name, _) ->
#ifdef MUTANT_DRAINED_EARLY_IGNORED
        if
        :: name < newestResults[start] -> seenDrained[start] = seenDrained[start] | BIT(name)
        :: else
        fi
#else
        // This may come before the death is known.
        seenDrained[start] = seenDrained[start] | BIT(name)
#endif
      :: toSupervisor ? RESUMED(start, name, committed) ->
        assert(committed >= seenBoundary);
        seenBoundary = committed;
#ifndef MUTANT_LOST_FORGOTTEN
        // Nobody reads the old pipes any more, so nothing is left to be waited for.
        seenDrained[0] = seenDrained[0] | start;
        seenDrained[1] = seenDrained[1] | name;
#endif
#ifndef MUTANT_NO_REWIND
        if
        :: readerLives && !readerEnds -> takeRewound(committed)
        :: readerLives && readerEnds -> assert(committed == SIZE)
        :: else
        fi
#endif
      fi;
      start = 0; name = 0; committed = 0
    }
  :: atomic { !isOver && owesLost[0] && IS_DRAINED(0) && PASSES && readerLives -> tellLost(0) }
  :: atomic { !isOver && owesLost[1] && IS_DRAINED(1) && PASSES && readerLives -> tellLost(1) }
  :: atomic { !isOver && !parserLives[0] -> startParser(0) }
  :: atomic { !isOver && !parserLives[1] -> startParser(1) }
  :: atomic { !isOver && !readerLives -> startReader() }
  // What it said before its death counts, and stands before what its successor says.
  :: atomic { !isOver && !aggregatorLives && len(toSupervisor) <= FEEDBACK_ROOM - 2 -> startAggregator() }
  :: isOver -> break
  od
}

// ---- Death ----

proctype Death() {
  do
  :: atomic { deathsLeft > 0 && parserLives[0] -> deathsLeft--; stopParser(0) }
  :: atomic { deathsLeft > 0 && parserLives[1] -> deathsLeft--; stopParser(1) }
  :: atomic { deathsLeft > 0 && readerLives -> deathsLeft--; stopReader() }
  :: atomic { deathsLeft > 0 && aggregatorLives -> deathsLeft--; stopAggregator() }
  :: isOver -> break
  od
}

init {
  atomic {
    if
    :: wrongGuess = false
    :: wrongGuess = true
    fi;
    run Supervisor();
    run Reader();
    run Parser(0);
    run Parser(1);
    run Aggregator();
    run Death()
  }
}
