package dev.writ.gateway.identity;

/** Limits of admission, for tests. */
record Limits(int rate, int burst, int concurrency, int strangerRate, int strangerBurst, int strangers)
        implements AdmissionConfig {}
