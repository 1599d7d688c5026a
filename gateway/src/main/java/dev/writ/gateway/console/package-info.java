/**
 * The console: pages for the people who govern agents.
 *
 * <p>To add a page:
 *
 * <ol>
 *   <li>A resource with {@code @Path("/console/...")}, {@code @Produces(Pages.HTML)} and, on every public method, {@code @RolesAllowed};
 *       its section is one of {@link dev.writ.gateway.console.Section}. {@code TemplateInstance}s are native methods of a nested class
 *       {@code Templates} as in {@link dev.writ.gateway.console.OverviewPage}.
 *   <li>The first statement is {@code Frame frame = pages.frame(request, Section.TOOLS, "Tools")}, with {@code @Context RoutingContext
 *       request}; the last one {@code pages.show(Templates.tools(frame, ...))}. A {@code Problem} that is thrown becomes a page by itself.
 *   <li>The template, in {@code templates/console}, begins with {@code {#include console/layout}} and has everything else in it. Values are
 *       escaped; the classes it may use stand at the head of {@code static/console.css}. No style attributes and no scripts in it: the
 *       browser refuses both.
 *   <li>Whatever an agent, a model, a tool or another person wrote is shown as {@code {text.shown}} ({@link
 *       dev.writ.gateway.console.Shown}), JSON as {@code {value.shownJson}}, times as {@code {frame.time(at)}}.
 *   <li>What changes something is a {@code POST} with a form that has {@code {#include console/token /}} in it, and a method with one
 *       parameter of {@link dev.writ.gateway.console.Posted}, which cannot be made of a form without the right token. It answers with
 *       {@code pages.seeOther("/console/...")}.
 *   <li>Every page works without JavaScript; attributes of htmx may save a reload.
 * </ol>
 */
@NullMarked
package dev.writ.gateway.console;

import org.jspecify.annotations.NullMarked;
