/*
 * The optical port: joins the packet layer and the server, and tells when they want to run.
 */
#include "interface/optical_port.h"

void optical_port_init(struct optical_port *port, struct meter *meter)
{
	c1218_link_init(&port->link);
	c1218_server_init(&port->server, meter);
}

void optical_port_receive(struct optical_port *port, uint8_t byte, uint64_t frame)
{
	c1218_link_receive(&port->link, byte, frame);
}

void optical_port_run(struct optical_port *port, uint64_t frame)
{
	enum c1218_link_event event = c1218_link_run(&port->link, frame);

	c1218_server_handle(&port->server, &port->link, event, frame);
	if (frame >= c1218_server_deadline(&port->server, &port->link)) {
		c1218_server_time_out(&port->server, &port->link);
	}
}

uint64_t optical_port_next_event(const struct optical_port *port)
{
	uint64_t link = c1218_link_next_event(&port->link);
	uint64_t server = c1218_server_deadline(&port->server, &port->link);

	return link < server ? link : server;
}

bool optical_port_take_byte(struct optical_port *port, uint64_t frame, uint8_t *byte)
{
	return c1218_link_take_byte(&port->link, frame, byte);
}

bool optical_port_suppresses_pulses(const struct optical_port *port)
{
	return port->server.state != C1218_STATE_BASE;
}
