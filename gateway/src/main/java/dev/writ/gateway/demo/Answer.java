package dev.writ.gateway.demo;

import dev.writ.model.JsonObject;

/** What the billing service answers: a status and a JSON object. */
record Answer(int status, JsonObject body) {

    static Answer ok(JsonObject body) {
        return new Answer(200, body);
    }

    /** An RFC 9457 problem. */
    static Answer problem(int status, String detail) {
        return new Answer(
                status,
                JsonObject.builder().put("status", status).put("detail", detail).build());
    }

    boolean isProblem() {
        return status >= 400;
    }

    @Override
    public String toString() {
        return "Answer[" + status + "]";
    }
}
