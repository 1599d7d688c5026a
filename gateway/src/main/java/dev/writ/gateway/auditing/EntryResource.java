package dev.writ.gateway.auditing;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.audit.Leaf;
import dev.writ.audit.Recorded;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The log, for auditors. */
@Path("/v1/audit/entries")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("auditor")
@Tag(name = "Audit")
class EntryResource {

    private final Entries entries;
    private final Actors actors;

    EntryResource(Entries entries, Actors actors) {
        this.entries = entries;
        this.actors = actors;
    }

    /**
     * @param leafHash of RFC 6962
     * @param columns what it can be filtered by
     */
    record Item(
            long index,
            String leafHash,
            String kind,
            String at,
            List<String> keys,
            Map<String, String> columns,
            JsonObject body) {

        static Item of(Recorded recorded) {
            Map<String, String> columns = new TreeMap<>();
            recorded.entry().columns().forEach((column, value) -> columns.put(column.text(), value));
            return new Item(
                    recorded.index(),
                    recorded.leafHash().value(),
                    recorded.entry().kind(),
                    recorded.entry().at().toString(),
                    recorded.entry().keys(),
                    columns,
                    recorded.entry().body());
        }
    }

    /**
     * @param asOf size of the log that the listing is of
     * @param next cursor of the next page; absent on the last one
     * @param scannedTo only with 'q': all entries from here on were looked at, or, oldest first, all below
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Page(List<Item> entries, long asOf, Optional<String> next, Optional<Long> scannedTo) {}

    /**
     * @param inputs commitment to each input
     * @param leaf the bytes whose hash is the leaf hash, in base64
     * @param values only with 'inputs=true': of each input
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Shown(
            long index,
            String leafHash,
            String kind,
            String at,
            List<String> keys,
            Set<String> topics,
            Map<String, String> columns,
            String subjectKey,
            JsonObject body,
            Map<String, String> inputs,
            String leaf,
            Optional<Map<String, Value>> values) {

        static Shown of(Entries.One one) {
            Leaf leaf = one.leaf();
            Item item = Item.of(new Recorded(one.index(), Digest.fromBytes(leaf.hash()), leaf.entry()));
            Map<String, String> commitments = new TreeMap<>();
            leaf.commitments().forEach((name, commitment) -> commitments.put(name, commitment.text()));
            return new Shown(
                    item.index(),
                    item.leafHash(),
                    item.kind(),
                    item.at(),
                    item.keys(),
                    leaf.entry().topics(),
                    item.columns(),
                    leaf.entry().subjectKey(),
                    item.body(),
                    commitments,
                    Base64.getEncoder().encodeToString(leaf.bytes()),
                    one.values().map(Shown::values));
        }

        private static Map<String, Value> values(Map<String, Optional<JsonValue>> found) {
            Map<String, Value> values = new TreeMap<>();
            found.forEach((name, value) -> values.put(name, Value.of(value)));
            return values;
        }
    }

    /** @param value absent if it was erased */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Value(Optional<JsonValue> value, boolean erased) {

        static Value of(Optional<JsonValue> value) {
            return new Value(value, value.isEmpty());
        }
    }

    @GET
    @Operation(
            summary = "Entries of the log, by index, newest first unless order=asc",
            description =
                    "Each page is recorded in the log as AUDIT_READ. With 'q', a page looks at 10,000 entries at most and"
                            + " may hold few matches or none: go on with 'next'.")
    @APIResponse(responseCode = "200", description = "One page")
    @APIResponse(responseCode = "400", description = "A parameter is unknown, malformed or given twice")
    @APIResponse(responseCode = "503", description = "The read could not be recorded")
    public Uni<Page> list(@BeanParam ListFilter filter, @Context UriInfo uri) {
        QueryParameters.require(uri, ListFilter.PARAMETERS);
        return entries.list(actors.caller(), filter)
                .map(page -> new Page(
                        page.entries().stream().map(Item::of).toList(), page.asOf(), page.next(), page.scannedTo()));
    }

    @GET
    @Path("{index}")
    @Operation(summary = "One entry, complete: its leaf hash can be computed from 'leaf'")
    @APIResponse(
            responseCode = "200",
            description = "The entry; with inputs=true also what its inputs say, unless erased")
    @APIResponse(responseCode = "404", description = "The log has no such entry yet")
    @APIResponse(responseCode = "410", description = "It was deleted when its time was over")
    @APIResponse(responseCode = "503", description = "The read could not be recorded")
    public Uni<Shown> one(
            @PathParam("index") String index, @QueryParam("inputs") @Nullable String inputs, @Context UriInfo uri) {
        QueryParameters.require(uri, Set.of("inputs"));
        boolean withValues = QueryParameters.oneOf("inputs", inputs, List.of("true", "false"))
                .map("true"::equals)
                .orElse(false);
        return entries.one(actors.caller(), index(index), withValues).map(Shown::of);
    }

    @GET
    @Path("{index}/proof")
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(
            summary = "Proof that the entry is in the log, as c2sp.org/tlog-proof",
            description =
                    "In the newest witnessed tree that holds the entry, or else in the newest; or in that of 'size', with the first"
                            + " checkpoint of at least that size. Its cosignatures are there as well. Reading"
                            + " proofs is not recorded: they say nothing of what an entry says.")
    @APIResponse(responseCode = "200", description = "The proof, with the checkpoint it leads to")
    @APIResponse(responseCode = "400", description = "'size' is not a size of the log that holds the entry")
    @APIResponse(responseCode = "404", description = "The log has no such entry yet")
    public Uni<String> proof(
            @PathParam("index") String index, @QueryParam("size") @Nullable String size, @Context UriInfo uri) {
        QueryParameters.require(uri, Set.of("size"));
        return entries.proof(index(index), Optional.ofNullable(size));
    }

    private static long index(String text) {
        return QueryParameters.number("index", text, 0, Long.MAX_VALUE).orElseThrow();
    }
}
