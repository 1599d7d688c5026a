package dev.writ.gateway.auditing;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.LogPath;
import dev.writ.audit.PrunedException;
import dev.writ.audit.TiledLog;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.Digest;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Encoded;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;

/**
 * The log in its public form. Who reads it here is not recorded: it is made to be copied and cached by anybody.
 *
 * @see <a href="https://c2sp.org/tlog-tiles">C2SP tlog-tiles</a>
 */
@Path("/log")
@PermitAll // LogPolicy decides, for all of /log/*.
@Tag(name = "Log")
class LogResource {

    private static final String FOREVER = "max-age=31536000, immutable";
    private static final String FORM = "A path is /log/tile/<level>/<number> with a level from 0 to 5, or"
            + " /log/tile/entries/<number>. The number has three digits, or groups of three of which all but the last begin"
            + " with x. A partial one ends with .p/<width>, 1 to 255, such as /log/tile/0/x001/234.p/8.";

    private final TiledLog log;
    private final String caching;

    LogResource(TiledLog log, LogConfig config) {
        this.log = log;
        this.caching = caching(config);
    }

    /** RFC 9111 3.5: {@code public} lets a shared cache hand out to everybody what it got for somebody's key. */
    static String caching(LogConfig config) {
        return (config.isPublic() ? "public, " : "private, ") + FOREVER;
    }

    @GET
    @Path("checkpoint")
    @Produces(MediaType.TEXT_PLAIN + ";charset=utf-8")
    @ResponseHeader(name = HttpHeaders.CACHE_CONTROL, value = "no-cache")
    @Operation(summary = "The newest published tree head, signed")
    @APIResponse(responseCode = "200", description = "A c2sp.org/tlog-checkpoint")
    public Uni<String> newest(@Context UriInfo uri) {
        QueryParameters.require(uri, Set.of());
        return log.checkpoint().map(Checkpoint::note);
    }

    @GET
    @Path("tile/{path: .+}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(summary = "A tile of hashes or a bundle of entries, as c2sp.org/tlog-tiles")
    @APIResponse(responseCode = "200", description = "Its bytes, which never change")
    @APIResponse(responseCode = "400", description = "There is no such path")
    @APIResponse(responseCode = "404", description = "The log is not that large yet")
    @APIResponse(responseCode = "410", description = "Its entries were deleted when their time was over")
    public Uni<Response> tile(
            // As it was sent, so that there is one path to each.
            @PathParam("path") @Encoded String path, @Context Request request, @Context UriInfo uri) {
        QueryParameters.require(uri, Set.of());
        return bytes(path).map(bytes -> respond(bytes, request));
    }

    /** @param path below {@code /log/tile/} */
    Uni<byte[]> bytes(String path) {
        return log.read(parse("tile/" + path))
                .onFailure(IllegalArgumentException.class)
                .transform(beyond -> new Problem(
                        ProblemType.NOT_FOUND, "The log is not that large yet. /log/checkpoint says how large it is."))
                .onFailure(PrunedException.class)
                .transform(pruned -> new Problem(
                        ProblemType.GONE,
                        "These entries were deleted when their time was over. Their hashes are kept."));
    }

    private Response respond(byte[] bytes, Request request) {
        EntityTag tag = new EntityTag(Digest.of(bytes).value());
        Response.ResponseBuilder notModified = request.evaluatePreconditions(tag);
        return (notModified == null ? Response.ok(bytes, MediaType.APPLICATION_OCTET_STREAM_TYPE) : notModified)
                .tag(tag)
                .header(HttpHeaders.CACHE_CONTROL, caching)
                .build();
    }

    private static LogPath parse(String path) {
        try {
            return LogPath.parse(path);
        } catch (IllegalArgumentException malformed) {
            throw QueryParameters.malformed(FORM);
        }
    }
}
