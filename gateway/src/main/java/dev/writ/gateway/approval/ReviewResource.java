package dev.writ.gateway.approval;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.RequestFields;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where it is looked at afterwards that somebody broke the glass. */
@Path("/v1/reviews")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Reviews")
public class ReviewResource {

    private final Reviews reviews;
    private final Journal journal;
    private final Callers callers;

    ReviewResource(Reviews reviews, Journal journal, Callers callers) {
        this.reviews = reviews;
        this.journal = journal;
        this.callers = callers;
    }

    /**
     * A breaking of the glass that nobody has reviewed yet.
     *
     * @param id index of the entry that opened it
     * @param call that was let go on
     * @param by the principal who broke the glass
     * @param groups that were not waited for
     * @param due from then on it is overdue
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Item(
            String id,
            String call,
            String agent,
            String tool,
            String by,
            List<String> groups,
            Optional<String> reason,
            Instant at,
            Instant due,
            boolean overdue) {

        static Item of(Review review, Instant now) {
            return new Item(
                    Long.toString(review.index()),
                    review.call().toString(),
                    review.agent(),
                    review.tool(),
                    review.by(),
                    review.groups(),
                    review.reason(),
                    review.at(),
                    review.due(),
                    review.isOverdueAt(now));
        }
    }

    /**
     * What a reviewer says.
     *
     * @param verdict {@code justified} or {@code not-justified}
     * @param reason in 1 to 1,000 characters
     */
    public record Closing(
            @Nullable String verdict, @Nullable String reason) {}

    /**
     * What was recorded.
     *
     * @param verdict {@code justified} or {@code not-justified}
     */
    public record Closed(String id, String call, String verdict) {}

    @GET
    @RolesAllowed({"reviewer", "auditor", "operator"})
    @Operation(summary = "Breakings of the glass that nobody has reviewed yet, oldest first")
    @APIResponse(responseCode = "200", description = "One page")
    public Page<Item> list(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        long after = page.after().isEmpty() ? -1 : index(page.after(), ReviewResource::badCursor);
        Instant now = journal.now();
        List<Review> rows = reviews.open().stream()
                .filter(review -> review.index() > after)
                .limit(page.rows())
                .toList();
        return page.of(rows, review -> Long.toString(review.index()), review -> Item.of(review, now));
    }

    @POST
    @Path("{id}/close")
    @RolesAllowed({"reviewer", "auditor"})
    @Operation(summary = "Say whether it was justified; for somebody who had nothing to do with it")
    @APIResponse(responseCode = "200", description = "Recorded; it is closed")
    @APIResponse(responseCode = "403", description = "You broke the glass, or have a stake in the call")
    @APIResponse(responseCode = "404", description = "There is no such review")
    @APIResponse(responseCode = "409", description = "It is closed already")
    public Uni<Closed> close(@PathParam("id") String id, Closing closing) {
        String verdict = Optional.ofNullable(closing.verdict())
                .filter(said -> said.equals("justified") || said.equals("not-justified"))
                .orElseThrow(() -> new Problem(
                        ProblemType.MALFORMED, "'verdict' is justified or not-justified. Nothing was recorded."));
        return reviews.close(
                        index(id, () -> new Problem(ProblemType.NOT_FOUND, "There is no such review.")),
                        callers.approver(),
                        verdict.equals("justified"),
                        RequestFields.reason(closing.reason()))
                .map(review -> new Closed(id, review.call().toString(), verdict));
    }

    private static long index(String text, Supplier<Problem> none) {
        if (!text.matches("[0-9]{1,18}")) {
            throw none.get();
        }
        return Long.parseLong(text);
    }

    private static Problem badCursor() {
        return new Problem(ProblemType.MALFORMED, "'cursor' is the 'next' of another page.");
    }
}
