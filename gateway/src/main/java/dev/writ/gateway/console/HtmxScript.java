package dev.writ.gateway.console;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

/** The script htmx, as its own archive has it. */
@Path(Console.ROOT + "/static/htmx.js")
class HtmxScript {

    private final byte[] script = new Webjar("htmx.org").file("dist/htmx.min.js");

    @GET
    @PermitAll
    @Produces("text/javascript;charset=UTF-8")
    public byte[] script() {
        return script;
    }
}
