#ifndef KEEPFRAME_LIBPQ_H
#define KEEPFRAME_LIBPQ_H

// What is called of libpq, as its headers declare it. The ABI of libpq.so.5 has been the same since
// 2005; the newest function here came with PostgreSQL 9.2.

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef struct pg_cancel PGcancel;
typedef void (*PQnoticeProcessor)(void *, const char *);
typedef struct _PQconninfoOption PQconninfoOption;
typedef unsigned int Oid;

enum { connection_ok = 0, command_ok = 1, tuples_ok = 2, sqlstate_field = 'C', message_field = 'M' };

#define LIBPQ_FUNCTIONS(X) \
  X(PQconninfoOption *, PQconninfoParse, (const char *, char **)) \
  X(void, PQconninfoFree, (PQconninfoOption *)) \
  X(void, PQfreemem, (void *)) \
  X(PGconn *, PQconnectdbParams, (const char *const *, const char *const *, int)) \
  X(int, PQstatus, (const PGconn *)) \
  X(char *, PQerrorMessage, (const PGconn *)) \
  X(char *, PQhost, (const PGconn *)) \
  X(char *, PQport, (const PGconn *)) \
  X(char *, PQdb, (const PGconn *)) \
  X(void, PQfinish, (PGconn *)) \
  X(PQnoticeProcessor, PQsetNoticeProcessor, (PGconn *, PQnoticeProcessor, void *)) \
  X(int, PQsendQueryParams, (PGconn *, const char *, int, const Oid *, const char *const *, const int *, const int *, int)) \
  X(int, PQconsumeInput, (PGconn *)) \
  X(int, PQisBusy, (PGconn *)) \
  X(int, PQsocket, (const PGconn *)) \
  X(PGresult *, PQgetResult, (PGconn *)) \
  X(PGcancel *, PQgetCancel, (PGconn *)) \
  X(int, PQcancel, (PGcancel *, char *, int)) \
  X(void, PQfreeCancel, (PGcancel *)) \
  X(int, PQresultStatus, (const PGresult *)) \
  X(char *, PQresultErrorField, (const PGresult *, int)) \
  X(int, PQntuples, (const PGresult *)) \
  X(int, PQnfields, (const PGresult *)) \
  X(int, PQgetisnull, (const PGresult *, int, int)) \
  X(int, PQgetlength, (const PGresult *, int, int)) \
  X(char *, PQgetvalue, (const PGresult *, int, int)) \
  X(void, PQclear, (PGresult *))

#define LIBPQ_MEMBER(result, name, parameters) result(*name) parameters;
typedef struct {
  LIBPQ_FUNCTIONS(LIBPQ_MEMBER)
} libpq;

#endif
