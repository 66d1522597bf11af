/*
 * A port: joins the packet layer and the server, and tells when they want to run.
 */
#include "interface/c1218_port.h"

static void plan(struct c1218_port *port)
{
	uint64_t link = c1218_link_next_event(&port->link);
	uint64_t server = c1218_server_deadline(&port->server, &port->link);

	port->next_event = link < server ? link : server;
}

void c1218_port_init(struct c1218_port *port, struct meter *meter, enum c1218_port_kind kind)
{
	c1218_link_init(&port->link);
	c1218_server_init(&port->server, meter, kind);
	plan(port);
}

void c1218_port_reset(struct c1218_port *port)
{
	c1218_server_time_out(&port->server, &port->link);
	c1218_link_init(&port->link);
	plan(port);
}

void c1218_port_receive(struct c1218_port *port, uint8_t byte, uint64_t frame)
{
	c1218_link_receive(&port->link, byte, frame);
	plan(port);
}

void c1218_port_run(struct c1218_port *port, uint64_t frame)
{
	enum c1218_link_event event = c1218_link_run(&port->link, frame);

	c1218_server_handle(&port->server, &port->link, event, frame);
	if (frame >= c1218_server_deadline(&port->server, &port->link)) {
		c1218_server_time_out(&port->server, &port->link);
	}
	plan(port);
}

uint64_t c1218_port_next_event(const struct c1218_port *port)
{
	return port->next_event;
}

bool c1218_port_take_byte(struct c1218_port *port, uint64_t frame, uint8_t *byte)
{
	bool is_taken = c1218_link_take_byte(&port->link, frame, byte);

	plan(port);
	return is_taken;
}

bool c1218_port_is_open(const struct c1218_port *port)
{
	return port->server.state != C1218_STATE_BASE;
}
