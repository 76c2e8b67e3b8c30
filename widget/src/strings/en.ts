/** The texts of the widget, in English. Others are given as an object with the same keys. */

export const en = {
  // Launcher and panel
  launcher: "Ask a question",
  heading: "Ask the glossary",
  subtitle: "Answers with their sources",
  close: "Close chat",
  menu: "More",
  larger: "Larger window",
  smaller: "Smaller window",
  conversation: "Conversation",
  unread: { one: "{n} new answer", other: "{n} new answers" },

  // Greeting
  greeting: "Hello! I answer questions about the terms of this glossary, in its own words.",
  notice: "Answers are automatic and may miss what you mean. Every statement shows where it stands.",
  privacy: "Privacy",
  suggested: "You could ask",
  capabilities: "What can you do?",
  consent: "To answer, your questions are sent to {host} and kept in this browser.",
  agree: "Agree and begin",

  // Asking
  label: "Your question",
  placeholder: "Ask about a term …",
  send: "Send",
  counter: "{n} of {most} characters",
  tooLong: "Too long by {n} characters: shorten it to send it.",
  terms: "Terms of the glossary",
  termsFound: { one: "{n} suggestion", other: "{n} suggestions" },
  youSaid: "You asked",

  // How far a question got
  sending: "Sending …",
  sent: "Sent",
  waiting: "Waiting for the connection",
  refused: "Not sent",
  retry: "Retry",
  edit: "Edit",
  answering: "The assistant is answering",
  slow: "This takes longer than usual. Your question is safe: the answer will appear here.",

  // Answers
  assistantSaid: "The assistant answered",
  personSaid: "{name} (person)",
  person: "A person",
  clarify: "Did you mean",
  decline: "Not in the glossary",
  nearest: "Nearest terms",
  askDifferently: "Ask differently",
  talkToPerson: "Talk to a person",
  askPerson: "I would like to talk to a person",
  noAnswer: "I have no answer to that.",
  failed: "Something went wrong on our side.",
  askAgain: "Ask again",
  related: "Related terms",
  next: "Ask next",
  whatIs: "What is {term}?",
  compared: "Comparison of {terms}",
  definition: "Definition",
  common: "In common",
  nothingSaid: "The glossary does not say.",
  newTab: "opens in a new tab",
  table: "Table",

  // Sources
  source: "Source {n}",
  sources: { one: "{n} source", other: "{n} sources" },
  loading: "Looking it up …",
  passageGone: "The whole passage cannot be shown at the moment; these are the cited words.",
  place: "{file}, line {line}",
  openEntry: "Open the entry",

  // Below an answer
  helpful: "Helpful",
  unhelpful: "Not helpful",
  thanks: "Thank you for the feedback.",
  withdrawn: "Feedback withdrawn.",
  notRated: "The feedback could not be sent.",
  why: "What was not right?",
  wrong: "It is wrong",
  other: "It was not my question",
  long: "Too long",
  old: "Out of date",
  comment: "In your words (optional)",
  sendReason: "Send",
  skip: "Skip",
  copy: "Copy",
  copied: "Copied.",
  notCopied: "Could not be copied.",
  newAnswer: "New answer",

  // Menu
  restart: "New chat",
  download: "Download as text",
  downloadJson: "Download as JSON",
  forget: "Delete my data",
  forgetSure: "Delete this chat? It cannot be undone.",
  forgetYes: "Delete",
  cancel: "Cancel",
  forgotten: "Your chat is deleted, here and on the server.",
  forgottenHere: "Your chat is deleted in this browser. The server could not be reached and still has it.",
  newConversation: "New conversation",

  // Connection
  connecting: "Connecting …",
  offline: "You are offline. Your questions will be sent when the connection is back.",
  lost: "The connection is lost. We keep trying; your questions will be sent.",
  limited: "Limited connection: answers may take a moment longer.",
  online: "Connected again.",
  notKept: "This chat cannot be kept in this browser.",

  // Hand-over
  offered: "Would you like to talk to a person?",
  requested: "A person has been asked for.",
  queued: "Waiting for a person",
  queuedAt: "Waiting for a person: place {place} in the queue",
  queuedFor: "about {minutes} min",
  connected: "You are talking to {name}.",
  ended: "The conversation with the person has ended.",
  nobody: "Nobody is available at the moment.",
  left: "You are back with the assistant.",
  takeOffer: "Yes, please",
  leaveOffer: "No, thanks",
  leaveQueue: "Cancel",
  leavePerson: "End",
  notLeft: "That could not be sent. Please try again.",

  // Spoken only
  announceRelated: { one: "{n} related term", other: "{n} related terms" },
  announceNotSent: "Not sent: {text}",
} as const;

export type Plural = { readonly one: string; readonly other: string };

/** Texts by key; a plural has one text per form of the language (`Intl.PluralRules`). */
export type Strings = { readonly [Key in keyof typeof en]: (typeof en)[Key] extends string ? string : Partial<Record<Intl.LDMLPluralRule, string>> & Pick<Plural, "other"> };
