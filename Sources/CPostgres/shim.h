#pragma once
#include "../CLate/late.h"
#include <postgresql/libpq-fe.h>

/* With Kerberos, LDAP and two libraries for TLS: three megabytes of every idle server that has an SQLite database. */
KONTOR_LATE_LIBRARY(pq, "libpq.so.5")

KONTOR_LATE(pq, PGconn *, PQconnectdbParams,
    (const char *const *keywords, const char *const *values, int expand), (keywords, values, expand))
KONTOR_LATE(pq, PGconn *, PQconnectdb, (const char *address), (address))
KONTOR_LATE(pq, PQconninfoOption *, PQconninfoParse, (const char *address, char **trouble), (address, trouble))
KONTOR_LATE(pq, void, PQconninfoFree, (PQconninfoOption *options), (options))
KONTOR_LATE(pq, void, PQfinish, (PGconn *connection), (connection))
KONTOR_LATE(pq, ConnStatusType, PQstatus, (const PGconn *connection), (connection))
KONTOR_LATE(pq, PGTransactionStatusType, PQtransactionStatus, (const PGconn *connection), (connection))
KONTOR_LATE(pq, const char *, PQparameterStatus, (const PGconn *connection, const char *name), (connection, name))
KONTOR_LATE(pq, char *, PQerrorMessage, (const PGconn *connection), (connection))
KONTOR_LATE(pq, int, PQsocket, (const PGconn *connection), (connection))
KONTOR_LATE(pq, PQnoticeProcessor, PQsetNoticeProcessor,
    (PGconn *connection, PQnoticeProcessor processor, void *context), (connection, processor, context))
KONTOR_LATE(pq, PGresult *, PQexec, (PGconn *connection, const char *text), (connection, text))
KONTOR_LATE(pq, PGresult *, PQprepare,
    (PGconn *connection, const char *name, const char *text, int count, const Oid *types),
    (connection, name, text, count, types))
KONTOR_LATE(pq, PGresult *, PQexecPrepared,
    (PGconn *connection, const char *name, int count, const char *const *values, const int *lengths, const int *formats,
     int format),
    (connection, name, count, values, lengths, formats, format))
KONTOR_LATE(pq, int, PQsendQuery, (PGconn *connection, const char *text), (connection, text))
KONTOR_LATE(pq, int, PQsendQueryParams,
    (PGconn *connection, const char *text, int count, const Oid *types, const char *const *values, const int *lengths,
     const int *formats, int format),
    (connection, text, count, types, values, lengths, formats, format))
KONTOR_LATE(pq, int, PQsendPrepare,
    (PGconn *connection, const char *name, const char *text, int count, const Oid *types),
    (connection, name, text, count, types))
KONTOR_LATE(pq, int, PQsendQueryPrepared,
    (PGconn *connection, const char *name, int count, const char *const *values, const int *lengths, const int *formats,
     int format),
    (connection, name, count, values, lengths, formats, format))
KONTOR_LATE(pq, int, PQenterPipelineMode, (PGconn *connection), (connection))
KONTOR_LATE(pq, int, PQexitPipelineMode, (PGconn *connection), (connection))
KONTOR_LATE(pq, int, PQpipelineSync, (PGconn *connection), (connection))
KONTOR_LATE(pq, int, PQconsumeInput, (PGconn *connection), (connection))
KONTOR_LATE(pq, int, PQisBusy, (PGconn *connection), (connection))
KONTOR_LATE(pq, PGresult *, PQgetResult, (PGconn *connection), (connection))
KONTOR_LATE(pq, PGnotify *, PQnotifies, (PGconn *connection), (connection))
KONTOR_LATE(pq, ExecStatusType, PQresultStatus, (const PGresult *result), (result))
KONTOR_LATE(pq, char *, PQresultErrorField, (const PGresult *result, int field), (result, field))
KONTOR_LATE(pq, char *, PQcmdStatus, (PGresult *result), (result))
KONTOR_LATE(pq, char *, PQcmdTuples, (PGresult *result), (result))
KONTOR_LATE(pq, int, PQntuples, (const PGresult *result), (result))
KONTOR_LATE(pq, int, PQnfields, (const PGresult *result), (result))
KONTOR_LATE(pq, char *, PQfname, (const PGresult *result, int column), (result, column))
KONTOR_LATE(pq, Oid, PQftype, (const PGresult *result, int column), (result, column))
KONTOR_LATE(pq, int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column))
KONTOR_LATE(pq, int, PQgetlength, (const PGresult *result, int row, int column), (result, row, column))
KONTOR_LATE(pq, char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column))
KONTOR_LATE(pq, void, PQclear, (PGresult *result), (result))
KONTOR_LATE(pq, void, PQfreemem, (void *pointer), (pointer))
